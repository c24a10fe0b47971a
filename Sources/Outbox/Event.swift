package import Base

/// Something that happened, at its place in the one order.
package struct Event: Equatable, Sendable {
    package let position: Int64
    package let type: String
    package let topics: [String]
    /// Of whom it tells.
    package let userID: String?
    package let organisationID: String?
    /// What subscribers receive, on one line.
    package let envelope: String

    package init(
        position: Int64,
        type: String,
        topics: [String],
        userID: String?,
        organisationID: String?,
        envelope: String
    ) {
        self.position = position
        self.type = type
        self.topics = topics
        self.userID = userID
        self.organisationID = organisationID
        self.envelope = envelope
    }

    /// What was told, parsed.
    package func parsedEnvelope() throws -> JSON {
        try JSON(parsing: envelope)
    }
}

/// An id as clients hold it: the decimal position, opaque to them.
package enum EventID {
    private static let digitsMax = 18

    package static func text(_ position: Int64) -> String { String(position) }

    /// Nothing for what was never given out as an id; `0` is the beginning.
    package static func position(_ text: String) -> Int64? {
        let digits = text.utf8
        guard (1...digitsMax).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return nil }
        return Int64(text)
    }
}
