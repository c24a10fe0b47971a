package import Base
package import Crypto
package import Database

/// Who may connect to the broker: wishes, written in the transaction of what they follow from and
/// told to the broker by the bridge.
///
/// The broker's user of a device is its serial number, the password its key.
package enum BrokerAccess {
    /// Raised when there is something new to tell.
    package static let signal = "broker"
    package static let serialLengthMax = 64

    /// Whether a serial number can be a user and a part of topics: letters, digits and `-`, `_`,
    /// `.`, `:`.
    ///
    /// `/`, `+` and `#` would give access to topics of others, and users of our own have a `/`.
    package static func mayBe(_ serial: String) -> Bool {
        (1...serialLengthMax).contains(serial.utf8.count) && serial.utf8.allSatisfy(mayHave)
    }

    /// From now on these devices connect with these keys, and with no older ones.
    package static func grant(
        _ keys: [(serial: String, key: String)],
        sealedIn box: SecretBox,
        at now: Instant,
        in tx: Transaction
    ) throws {
        let wishes = keys.map { serial, key in
            (serial, Optional(box.seal(Array(key.utf8), for: place(serial))))
        }
        try wish(wishes, at: now, in: tx)
    }

    /// From now on these devices do not connect; who is connected is cut off.
    package static func revoke(_ serials: [String], at now: Instant, in tx: Transaction) throws {
        try wish(serials.map { ($0, nil) }, at: now, in: tx)
    }

    private static func wish(
        _ wishes: [(serial: String, sealedKey: String?)],
        at now: Instant,
        in tx: Transaction
    ) throws {
        guard !wishes.isEmpty else { return }
        for wish in wishes {
            precondition(mayBe(wish.serial), "a device's serial number is fit for topics")
        }
        try BrokerWishesStore.write(wishes, at: now, in: tx)
        tx.raise(signal, count: wishes.count)
    }

    /// What a sealed key is sealed for.
    static func place(_ serial: String) -> String { "broker_wishes/\(serial)" }

    private static func mayHave(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

/// What the broker is to be told of one device.
package struct BrokerWish: Equatable, Sendable {
    package let id: String
    package let serial: String
    /// Nothing when the device has no access any more.
    package let sealedKey: String?
    package let failures: Int

    package init(id: String, serial: String, sealedKey: String?, failures: Int) {
        self.id = id
        self.serial = serial
        self.sealedKey = sealedKey
        self.failures = failures
    }

    /// The device's key in clear, for the broker.
    package func key(_ box: SecretBox) throws -> String? {
        try sealedKey.map {
            String(decoding: try box.open($0, for: BrokerAccess.place(serial)), as: UTF8.self)
        }
    }
}
