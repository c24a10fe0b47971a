import Base
package import Database

/// Events that were told together and have no places in the order yet.
package struct WaitingLines: Sendable {
    let number: Int64
    package let count: Int
    let lines: [UInt8]
}

/// The database and the process that orders events disagree about what was ordered.
package struct OrderBroken: Error, Sendable {
    package let sentence: String
}

/// The table `outbox_lines`, and the step from it into the order.
package enum OutboxStore {
    /// No more than this becomes one row of the order, unless a single row is longer.
    package static let movedEventsMax = 256
    private static let movedBytesMax = 1_048_576

    static func insert(_ lines: [UInt8], count: Int, in tx: Transaction) throws {
        try tx.send(
            SQLText("INSERT INTO outbox_lines (count, lines_text) VALUES (?, ?)", count, lines)
        )
    }

    /// What is committed and waits, in the order of writing, as far as it can be moved at once;
    /// neither locks nor waits for a lock.
    package static func waiting(_ queries: some Queries) throws -> [WaitingLines] {
        let found = try queries.rows(
            "SELECT number, count, lines_text FROM outbox_lines ORDER BY number LIMIT ?",
            movedEventsMax
        ) { row in
            WaitingLines(
                number: try row.int64(),
                count: try row.int(),
                lines: try row.bytes()
            )
        }
        var events = 0
        var bytes = 0
        let taken = found.prefix { waiting in
            events += waiting.count
            bytes += waiting.lines.count
            return events <= movedEventsMax && bytes <= movedBytesMax
        }
        return Array(taken.isEmpty ? found.prefix(1) : taken)
    }

    /// Gives the events the positions that follow the last, as one row; the events with them.
    ///
    /// By their keys only: reading further would wait for those whose transactions still run.
    package static func move(
        _ waiting: [WaitingLines],
        behind last: Int64,
        in tx: Transaction
    ) throws -> [Event] {
        let lines = waiting.flatMap(\.lines)
        let events = try EventLines.events(in: lines, from: last + 1)
        let newest = last + Int64(events.count)
        let counted = try tx.execute(
            "UPDATE event_position SET last = ? WHERE id = 1 AND last = ?",
            newest,
            last
        )
        guard counted.affectedRows == 1 else {
            throw OrderBroken(sentence: "the last position is not \(last)")
        }
        try tx.execute(
            "INSERT INTO event_lines (position, count, lines_text) VALUES (?, ?, ?)",
            newest,
            events.count,
            lines
        )
        var delete = SQLText(
            """
            DELETE waiting FROM outbox_lines AS waiting FORCE INDEX (PRIMARY) WHERE waiting.number
            """
        )
        delete.appendIn(waiting.map(\.number))
        let deleted = try tx.execute(delete)
        guard deleted.affectedRows == waiting.count else {
            throw OrderBroken(
                sentence: """
                    of \(waiting.count) rows that were ordered \(deleted.affectedRows) were taken \
                    away
                    """
            )
        }
        return events
    }

    /// How many events wait.
    package static func waitingCount(_ queries: some Queries) throws -> Int {
        try queries.row("SELECT CAST(COALESCE(SUM(count), 0) AS SIGNED) FROM outbox_lines") {
            try $0.int()
        } ?? 0
    }
}
