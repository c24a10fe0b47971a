import Database
import Devices
import HTTP
import House
import Identity

/// Whoever calls comes through one of two doors: that of people, or that of devices.
final class Doors: Authenticator {
    private let people: IdentityAuthenticator
    private let devices = DeviceDoor()

    init(people: IdentityAuthenticator) {
        self.people = people
    }

    func expect(_ requests: [Request], _ database: MariaDB) {
        devices.expect(requests, database)
    }

    func remember(_ calling: [CallingDevice]) {
        devices.remember(calling)
    }

    func principal(
        of request: Request,
        by proof: Route.Proof,
        _ database: MariaDB
    ) throws -> Principal? {
        proof == .deviceKey
            ? try devices.principal(of: request, database)
            : try people.principal(of: request, by: proof, database)
    }
}
