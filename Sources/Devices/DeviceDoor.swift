import Base
import Crypto
package import Database
package import HTTP
package import House

/// Proves devices by the key that they send.
///
/// Nothing is remembered from one round of requests to the next, so that a key that was taken away
/// is refused at once; but one statement reads what all of a round need.
package final class DeviceDoor {
    package static let header = "x-device-key"

    private let sha256 = SHA256()
    private let noDigest = [UInt8](repeating: 0, count: SHA256.byteCount)
    /// What the rows said that were read for this round; nothing where there was none.
    private var round: [Int64: KeyedDevice?] = [:]

    package init() {}

    /// Forgets the last round, and reads what this one needs.
    package func expect(_ requests: [Request], _ database: MariaDB) {
        round.removeAll(keepingCapacity: true)
        let numbers = requests.reduce(into: Set<Int64>()) { numbers, request in
            guard let text = request.headers[Self.header], let key = DeviceKey(text) else { return }
            numbers.insert(key.deviceNumber)
        }
        guard !numbers.isEmpty else { return }
        // Where it fails, each request reads for itself, and is told what is wrong.
        let read = Result { try DevicesStore.keyed(numbers.sorted(), database) }
        guard case .success(let found) = read else { return }
        for number in numbers { round[number] = .some(nil) }
        for keyed in found { round[keyed.device.number] = keyed }
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
        if let known = round[number] { return known }
        return try DevicesStore.keyed([number], database).first
    }
}

/// A device beside the digest of the key that it has now.
package struct KeyedDevice: Sendable {
    package let device: CallingDevice
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
