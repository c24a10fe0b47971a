import Base
import Crypto

/// The secret by which a device shows who it is: shown once, kept as its digest.
///
/// It names the row of its device, so that nothing is searched for.
package struct DeviceKey: Sendable, Equatable {
    private static let start = "ent_dev_"
    private static let secretBytes = 32
    private static let lengthMax = 128

    package let text: String
    package let deviceNumber: Int64

    /// Nothing for what no device was ever given.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.lengthMax, text.hasPrefix(Self.start) else { return nil }
        let rest = text.utf8.dropFirst(Self.start.utf8.count)
        guard let end = rest.firstIndex(of: UInt8(ascii: "_")), end < rest.endIndex,
            let number = UInt32(String(decoding: rest[..<end], as: UTF8.self)), number > 0
        else { return nil }
        self.text = text
        deviceNumber = Int64(number)
    }

    private init(of deviceNumber: Int64, secret: [UInt8]) {
        text = "\(Self.start)\(deviceNumber)_\(Base64URL.encode(secret))"
        self.deviceNumber = deviceNumber
    }

    package static func make(for deviceNumber: Int64) -> DeviceKey {
        DeviceKey(of: deviceNumber, secret: randomBytes(secretBytes))
    }

    /// The same for the same name: for demo data, whose scripts know it.
    package static func make(for deviceNumber: Int64, named name: String) -> DeviceKey {
        DeviceKey(of: deviceNumber, secret: SHA256.digest(Array(name.utf8)))
    }

    package var digest: [UInt8] { SHA256.digest(Array(text.utf8)) }
}
