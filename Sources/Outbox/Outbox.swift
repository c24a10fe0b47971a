package import Base
package import Database

/// The door of this module: events go out exactly when the transaction that wrote them is kept.
package enum Outbox {
    package static let idPrefix = "evt"
    /// Raised with each transaction that tells something: its commit wakes the relay.
    package static let signal = "outbox"
    private static let rowsPerStatementMax = 64

    package static func append(
        _ events: [NewEvent],
        from source: String,
        at now: Instant,
        in tx: Transaction
    ) throws {
        guard !events.isEmpty else { return }
        tx.raise(signal, count: events.count)
        var rest = events[...]
        while !rest.isEmpty {
            var sql = SQLText(
                """
                INSERT INTO outbox (id, type, topics, user_id, organisation_id, data, source, at)
                VALUES
                """
            )
            sql.appendRows(
                rest.prefix(rowsPerStatementMax).map { event in
                    [
                        event.id, event.type, " " + event.topics.joined(separator: " ") + " ",
                        event.userID, event.organisationID, event.data, source,
                        now,
                    ]
                }
            )
            try tx.send(sql)
            rest = rest.dropFirst(rowsPerStatementMax)
        }
    }
}
