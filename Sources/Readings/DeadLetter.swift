package import Base

/// What a device sent and could not be taken, with what was wrong with it.
package struct DeadLetter: Sendable, Equatable {
    /// Where it belongs once it is right.
    package enum Kind: String, Sendable, CaseIterable {
        case reading, energy
    }

    /// How it came.
    package enum Source: String, Sendable, CaseIterable {
        case http, mqtt
    }

    package static let idPrefix = "dlt"
    /// What is longer is cut off: it is no reading.
    package static let payloadLengthMax = 16_384

    package let id: String
    package let kind: Kind
    package let source: Source
    /// Nothing when the serial number is nobody's.
    package let deviceID: String?
    package let serialNumber: String
    /// The code of the first thing that is wrong with it.
    package let reason: String
    /// What is wrong with it, as its sender was told.
    package let errors: JSON
    package let payload: String
    package let receivedAt: Instant
    package var tries: Int64
    package var triedAt: Instant?

    package init(
        id: String,
        kind: Kind,
        source: Source,
        deviceID: String?,
        serialNumber: String,
        reason: String,
        errors: JSON,
        payload: String,
        receivedAt: Instant,
        tries: Int64 = 0,
        triedAt: Instant? = nil
    ) {
        self.id = id
        self.kind = kind
        self.source = source
        self.deviceID = deviceID
        self.serialNumber = serialNumber
        self.reason = reason
        self.errors = errors
        self.payload = payload
        self.receivedAt = receivedAt
        self.tries = tries
        self.triedAt = triedAt
    }
}

extension DeadLetter {
    /// The first thing that is wrong with it, for people.
    package var sentence: String {
        (errors.array ?? []).first.map(Self.sentence) ?? reason
    }

    package static func sentence(_ error: JSON) -> String {
        let field = error["field"]?.string ?? ""
        let message = error["message"]?.string ?? ""
        return field.isEmpty ? message : "\(field) \(message)"
    }
}
