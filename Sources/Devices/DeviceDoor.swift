import Base
import Crypto
package import Database
package import HTTP
package import House

/// Proves devices by the key that they send.
///
/// What is remembered counts as long as nobody has raised the version of the fleet, which is asked
/// for with each round of requests: a key that was taken away is refused at once.
package final class DeviceDoor {
    package static let header = "x-device-key"
    /// Some 10 MB of a process.
    private static let rememberedMax = 20_000

    private let sha256 = SHA256()
    private let noDigest = [UInt8](repeating: 0, count: SHA256.byteCount)
    private var known: [Int64: KeyedDevice] = [:]
    private var version: Int64?
    /// Those of which is known now whether they are there.
    private var round: Set<Int64> = []

    package init() {}

    /// Reads what this round needs and is not known.
    package func expect(_ requests: [Request], _ database: MariaDB) {
        round.removeAll(keepingCapacity: true)
        let numbers = requests.reduce(into: Set<Int64>()) { numbers, request in
            guard let text = request.headers[Self.header], let key = DeviceKey(text) else { return }
            numbers.insert(key.deviceNumber)
        }
        guard !numbers.isEmpty else { return }
        do {
            try learn(numbers, database)
            round = numbers
        } catch {
            // Each request reads for itself, and is told what is wrong.
        }
    }

    private func learn(_ numbers: Set<Int64>, _ database: MariaDB) throws {
        // Before the rows: they may be newer than it, and never older.
        let current = try FleetVersionStore.read(database)
        if current != version || known.count + numbers.count > Self.rememberedMax {
            known.removeAll(keepingCapacity: true)
        }
        version = current
        let strange = numbers.filter { known[$0] == nil }
        guard !strange.isEmpty else { return }
        for keyed in try DevicesStore.keyed(strange.sorted(), database) {
            known[keyed.device.number] = keyed
        }
    }

    /// What was written of devices since they were read, and what nobody raises the version for.
    package func remember(_ devices: [CallingDevice]) {
        for device in devices { known[device.number]?.device = device }
    }

    /// A key that is wrong takes as long as one of a device that is not there.
    package func principal(of request: Request, _ database: MariaDB) throws -> Principal {
        guard let text = request.headers[Self.header] else { throw DeviceRefusal.noKey }
        guard let key = DeviceKey(text) else { throw DeviceRefusal.invalidKey }
        let keyed = try keyed(key.deviceNumber, database)
        let isRight = constantTimeEqual(keyed?.keyDigest ?? noDigest, sha256.digest(key.text))
        guard let device = keyed?.device, isRight else { throw DeviceRefusal.invalidKey }
        return Principal(
            id: device.id,
            kind: .device,
            roles: [],
            name: device.serialNumber,
            organisationID: device.organisationID,
            device: device
        )
    }

    private func keyed(_ number: Int64, _ database: MariaDB) throws -> KeyedDevice? {
        if round.contains(number) { return known[number] }
        return try DevicesStore.keyed([number], database).first
    }
}

/// A device beside the digest of the key that it has now.
package struct KeyedDevice: Sendable {
    package var device: CallingDevice
    package let keyDigest: [UInt8]
}

extension Call {
    /// The device that calls, on a route for devices.
    package func device() throws -> CallingDevice {
        guard let device = try caller().device else { throw Problem.unauthenticated }
        return device
    }

    /// The device that calls, where the path says its serial number: another's is as a wrong key.
    package func device(at parameter: String) throws -> CallingDevice {
        let device = try device()
        guard try path(parameter) == device.serialNumber else { throw DeviceRefusal.invalidKey }
        return device
    }
}
