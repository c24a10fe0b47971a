import Base
package import Database

/// The table `events`: what happened, in the one order.
package enum EventsStore {
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

    package static func find(_ position: Int64, _ queries: some Queries) throws -> Event? {
        var sql = select
        sql.append(" WHERE position = ?", position)
        return try queries.row(sql, as: read)
    }

    /// Oldest first, of positions above the first and up to the last; of some topics, or all.
    package static func following(
        _ position: Int64,
        upTo last: Int64,
        topics: [Topic] = [],
        countMax: Int,
        _ queries: some Queries
    ) throws -> [Event] {
        var sql = select
        sql.append(" WHERE position > ? AND position <= ?", position, last)
        for (place, topic) in topics.enumerated() {
            sql.append(place == 0 ? " AND (" : " OR ")
            sql.append("topics LIKE ?", SearchPattern.containing(" \(topic.text) "))
        }
        if !topics.isEmpty { sql.append(")") }
        sql.append(" ORDER BY position LIMIT ?", countMax)
        return try queries.rows(sql, as: read)
    }

    /// Newest first.
    package static func newest(countMax: Int, _ queries: some Queries) throws -> [Event] {
        var sql = select
        sql.append(" ORDER BY position DESC LIMIT ?", countMax)
        return try queries.rows(sql, as: read)
    }

    /// A sentence for each way in which the order is broken: a gap, or an end that is not the last
    /// position.
    package static func flaws(_ tx: Transaction) throws -> [String] {
        let last = try last(tx)
        let found = try tx.row("SELECT COUNT(*), MIN(position), MAX(position) FROM events") {
            (count: try $0.int64(), first: try $0.optionalInt64(), newest: try $0.optionalInt64())
        }
        guard let found, let first = found.first, let newest = found.newest else { return [] }
        var flaws: [String] = []
        if newest != last {
            flaws.append("the newest event is at \(newest), the last position is \(last)")
        }
        if found.count != newest - first + 1 {
            flaws.append("from \(first) to \(newest) there are \(found.count) events")
        }
        return flaws
    }

    /// The types that occur among the newest events, to choose from.
    package static func recentTypes(_ queries: some Queries) throws -> [String] {
        try queries.rows(
            """
            SELECT DISTINCT type FROM (
                SELECT type FROM events ORDER BY position DESC LIMIT 2000
            ) AS recent ORDER BY type
            """
        ) { try $0.string() }
    }

    /// A row each, to be counted.
    package static var each: SQLText { SQLText("SELECT 1 FROM events") }

    package static var select: SQLText {
        SQLText(
            """
            SELECT position, type, topics, user_id, organisation_id, id, data, source, at
            FROM events
            """
        )
    }

    package static func read(_ row: inout Row) throws -> Event {
        let position = try row.int64()
        let columns = try EventColumns(&row)
        return Event(
            position: position,
            type: columns.type,
            topics: columns.topics,
            userID: columns.userID,
            organisationID: columns.organisationID,
            envelope: columns.envelope
        )
    }
}
