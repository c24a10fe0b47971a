package import Base
package import Database

/// The door of this module: events go out exactly when the transaction that wrote them is kept.
package enum Outbox {
    package static let idPrefix = "evt"
    /// Raised with each transaction that tells something: its commit wakes the relay.
    package static let signal = "outbox"
    /// What is longer becomes another row.
    static let rowLinesMax = 64
    static let rowBytesMax = 262_144

    package static func append(
        _ events: [NewEvent],
        from source: String,
        at now: Instant,
        in tx: Transaction
    ) throws {
        guard !events.isEmpty else { return }
        tx.raise(signal, count: events.count)
        var lines: [UInt8] = []
        var count = 0
        for event in events {
            if count == rowLinesMax || lines.count >= rowBytesMax {
                try OutboxStore.insert(lines, count: count, in: tx)
                lines = []
                count = 0
            }
            EventLines.append(event, from: source, at: now, to: &lines)
            count += 1
        }
        try OutboxStore.insert(lines, count: count, in: tx)
    }
}
