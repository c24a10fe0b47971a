import Base
package import Database

/// An event that was written and has no place in the order yet.
package struct WaitingEvent: Sendable {
    package let number: Int64
    let type: String
    let topics: [String]
    let userID: String?
    let organisationID: String?
    let envelope: String

    package func event(at position: Int64) -> Event {
        Event(
            position: position,
            type: type,
            topics: topics,
            userID: userID,
            organisationID: organisationID,
            envelope: envelope
        )
    }
}

/// The database and the process that orders events disagree about what was ordered.
package struct OrderBroken: Error, Sendable {
    package let sentence: String
}

/// The table `outbox`, and the step from it into the order.
package enum OutboxStore {
    /// What is committed and waits, in the order of writing; neither locks nor waits for a lock.
    package static func waiting(
        countMax: Int,
        _ queries: some Queries
    ) throws -> [WaitingEvent] {
        try queries.rows(
            """
            SELECT number, type, topics, user_id, organisation_id, id, data, source, at
            FROM outbox ORDER BY number LIMIT ?
            """,
            countMax
        ) { row in
            let number = try row.int64()
            let columns = try EventColumns(&row)
            return WaitingEvent(
                number: number,
                type: columns.type,
                topics: columns.topics,
                userID: columns.userID,
                organisationID: columns.organisationID,
                envelope: columns.envelope
            )
        }
    }

    /// Gives the events the positions that follow the last.
    ///
    /// By their keys only: reading further would wait for those whose transactions still run.
    package static func move(
        _ waiting: [WaitingEvent],
        behind last: Int64,
        in tx: Transaction
    ) throws {
        let numbers = waiting.map(\.number)
        let counted = try tx.execute(
            "UPDATE event_position SET last = ? WHERE id = 1 AND last = ?",
            last + Int64(numbers.count),
            last
        )
        guard counted.affectedRows == 1 else {
            throw OrderBroken(sentence: "the last position is not \(last)")
        }
        var insert = SQLText(
            """
            INSERT INTO events (position, id, type, topics, user_id, organisation_id, data, source,
                at)
            SELECT ? +
            """,
            last
        )
        // A number of rows would be counted in a temporary table that holds all of them.
        insert.appendPlace(of: "number", in: numbers)
        insert.append(
            """
            , id, type, topics, user_id, organisation_id, data, source, at
            FROM outbox FORCE INDEX (PRIMARY) WHERE number
            """
        )
        insert.appendIn(numbers)
        let inserted = try tx.execute(insert)
        var delete = SQLText(
            "DELETE waiting FROM outbox AS waiting FORCE INDEX (PRIMARY) WHERE waiting.number"
        )
        delete.appendIn(numbers)
        let deleted = try tx.execute(delete)
        guard inserted.affectedRows == numbers.count, deleted.affectedRows == numbers.count else {
            throw OrderBroken(
                sentence: """
                    of \(numbers.count) events \(inserted.affectedRows) were ordered and \
                    \(deleted.affectedRows) taken away
                    """
            )
        }
    }

    /// How many wait, as far as a bound.
    package static func waitingCount(upTo countMax: Int, _ queries: some Queries) throws -> Int {
        try queries.row(.count(of: SQLText("SELECT 1 FROM outbox"), upTo: countMax)) {
            try $0.int()
        } ?? 0
    }
}

/// The columns that both tables have, in the order in which they are selected.
struct EventColumns {
    let type: String
    let topics: [String]
    let userID: String?
    let organisationID: String?
    let envelope: String

    init(_ row: inout Row) throws {
        type = try row.string()
        topics = try row.string().split(separator: " ").map(String.init)
        userID = try row.optionalString()
        organisationID = try row.optionalString()
        envelope = Event.envelope(
            id: try row.string(),
            type: type,
            data: try row.string(),
            source: try row.string(),
            at: try row.instant()
        )
    }
}
