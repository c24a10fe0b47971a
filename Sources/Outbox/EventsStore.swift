import Base
package import Database

/// The table `event_lines`: what happened, in the one order.
package enum EventsStore {
    /// How many rows are read at first, and how many at most: a row is one event or hundreds.
    private static let rowsPerLook = 4...64
    /// No row holds more: neither what is moved at once, nor a row of the outbox.
    private static let rowEventsMax = Int64(max(OutboxStore.movedEventsMax, Outbox.rowLinesMax))
    private static let positionMax: Int64 = 1_000_000_000_000_000_000

    /// The newest position, whether its event is kept or not.
    package static func last(_ queries: some Queries) throws -> Int64 {
        try queries.row("SELECT last FROM event_position WHERE id = 1") { try $0.int64() } ?? 0
    }

    /// The same once this node of a cluster has all that was committed before on any.
    package static func lastOfAll(_ database: MariaDB) throws -> Int64 {
        try database.row(
            "SET STATEMENT wsrep_sync_wait = 1 FOR SELECT last FROM event_position WHERE id = 1"
        ) { try $0.int64() } ?? 0
    }

    /// The oldest position whose event is kept.
    package static func first(_ queries: some Queries) throws -> Int64? {
        try queries.row(
            "SELECT position - count + 1 FROM event_lines ORDER BY position LIMIT 1"
        ) { try $0.int64() }
    }

    package static func find(_ position: Int64, _ queries: some Queries) throws -> Event? {
        try following(position - 1, upTo: position, countMax: 1, queries).first
    }

    /// Oldest first, of positions above the first and up to the last; of some topics, or all.
    package static func following(
        _ position: Int64,
        upTo last: Int64,
        topics: [Topic] = [],
        countMax: Int,
        _ queries: some Queries
    ) throws -> [Event] {
        let first = min(position, positionMax) + 1
        let end = max(first, min(last, positionMax) + 1)
        let filter = EventFilter(topics: topics.map(\.text))
        return try walk(first..<end, filter, isDescending: false, countMax: countMax, queries)
    }

    /// Newest first, of positions below the first and above the last.
    package static func preceding(
        _ position: Int64,
        downTo last: Int64 = 0,
        _ filter: EventFilter = EventFilter(),
        countMax: Int,
        _ queries: some Queries
    ) throws -> [Event] {
        let end = min(position, positionMax)
        let first = min(max(0, last) + 1, end)
        return try walk(first..<end, filter, isDescending: true, countMax: countMax, queries)
    }

    /// Goes along the rows from one end until it has found enough.
    private static func walk(
        _ positions: Range<Int64>,
        _ filter: EventFilter,
        isDescending: Bool,
        countMax: Int,
        _ queries: some Queries
    ) throws -> [Event] {
        var found: [Event] = []
        // A row has the position of its last event, which may lie behind what is looked for.
        var rows = positions.lowerBound..<positions.upperBound + rowEventsMax
        var rowsMax = min(countMax, rowsPerLook.lowerBound)
        while found.count < countMax, !positions.isEmpty {
            var sql = select
            sql.append(" WHERE position >= ? AND position < ?", rows.lowerBound, rows.upperBound)
            filter.append(to: &sql)
            sql.append(
                isDescending ? " ORDER BY position DESC LIMIT ?" : " ORDER BY position LIMIT ?",
                rowsMax
            )
            let looked = try queries.rows(sql, as: read)
            for row in looked {
                let events = try row.events().filter { event in
                    positions.contains(event.position) && filter.admits(event)
                }
                found += isDescending ? events.reversed() : events
            }
            guard looked.count == rowsMax, let end = looked.last?.position else { break }
            rows =
                isDescending ? rows.lowerBound..<end : end + 1..<max(end + 1, rows.upperBound)
            rowsMax = min(rowsMax * 2, rowsPerLook.upperBound)
        }
        return Array(found.prefix(countMax))
    }

    /// A sentence for each way in which the order is broken: a gap, or an end that is not the last
    /// position.
    package static func flaws(_ tx: Transaction) throws -> [String] {
        let last = try last(tx)
        let found = try tx.row(
            """
            SELECT CAST(SUM(count) AS SIGNED), MIN(position - count + 1), MAX(position)
            FROM event_lines
            """
        ) { row in
            (
                count: try row.optionalInt64(),
                first: try row.optionalInt64(),
                newest: try row.optionalInt64()
            )
        }
        guard let found, let count = found.count, let first = found.first,
            let newest = found.newest
        else { return [] }
        var flaws: [String] = []
        if newest != last {
            flaws.append("the newest event is at \(newest), the last position is \(last)")
        }
        if count != newest - first + 1 {
            flaws.append("from \(first) to \(newest) there are \(count) events")
        }
        return flaws
    }

    private static var select: SQLText {
        SQLText("SELECT position, count, lines_text FROM event_lines")
    }

    /// A row: events that were ordered together.
    private struct Lines {
        let position: Int64
        let count: Int64
        let lines: [UInt8]

        func events() throws -> [Event] {
            let events = try EventLines.events(in: lines, from: position - count + 1)
            guard events.count == count else {
                throw Fault("up to event \(position) there are \(events.count), and not \(count)")
            }
            return events
        }
    }

    private static func read(_ row: inout Row) throws -> Lines {
        Lines(position: try row.int64(), count: try row.int64(), lines: try row.bytes())
    }
}
