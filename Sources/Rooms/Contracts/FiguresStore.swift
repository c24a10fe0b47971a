import Base
import Database

/// Contracts and shipments counted and picked for people to look at.
enum FiguresStore {
    /// More would take longer to count than somebody waits for a page.
    static let countedMax = 20_000
    /// Among so many of the newest a text is looked for anywhere in references, which no index
    /// helps with; and so many are looked at of those that begin with it, however old.
    private static let searchedMax = 5000

    static func counts(
        at now: Instant,
        _ queries: some Queries
    ) throws -> [Contract.Status: Int64] {
        let counts = try queries.rows(
            """
            SELECT IF(status = 'active' AND ends_at <= ?, 'expired', status) AS word, COUNT(*)
            FROM contracts GROUP BY word
            """,
            now
        ) { row in (Contract.Status(rawValue: try row.string()), try row.int64()) }
        return counts.reduce(into: [:]) { counts, count in
            if let status = count.0 { counts[status] = count.1 }
        }
    }

    /// Of those that can still be shipped on, the ones of which most is used up.
    ///
    /// The ledger's balances are looked at where they lie: all of them would have to be fetched to
    /// be sorted. They are picked by their keys: whole rows have texts, and a table on disk would
    /// be made to sort them.
    static func fullest(
        limit: Int,
        at now: Instant,
        _ queries: some Queries
    ) throws -> [Contract] {
        let ids = try queries.rows(
            """
            SELECT c.id FROM contracts c
            JOIN ledger_accounts q ON q.id = c.quota_account
            JOIN ledger_accounts s ON s.id = c.shipped_account
            WHERE c.status <> 'locked' AND (c.ends_at IS NULL OR c.ends_at > ?)
            ORDER BY s.balance / (s.balance + q.balance) DESC, c.id LIMIT ?
            """,
            now,
            limit
        ) { try $0.string() }
        guard !ids.isEmpty else { return [] }
        var sql = ContractsStore.select
        sql.append(" WHERE c.id")
        sql.appendIn(ids)
        let found = try filled(sql, queries)
        return ids.compactMap { id in found.first { $0.id == id } }
    }

    /// What can be shipped on now, the newest first.
    static func shippable(
        limit: Int,
        at now: Instant,
        _ queries: some Queries
    ) throws -> [Contract] {
        var sql = ContractsStore.select
        sql.append(
            """
             WHERE c.status = 'active' AND (c.starts_at IS NULL OR c.starts_at <= ?)
                AND (c.ends_at IS NULL OR c.ends_at > ?)
            ORDER BY c.created_at DESC, c.id DESC LIMIT ?
            """,
            now,
            now,
            limit
        )
        return try filled(sql, queries)
    }

    static func newest(limit: Int, _ queries: some Queries) throws -> [Contract] {
        var sql = ContractsStore.select
        sql.append(" ORDER BY c.created_at DESC, c.id DESC LIMIT ?", limit)
        return try queries.rows(sql, as: ContractsStore.read)
    }

    static func search(
        _ text: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Contract] {
        let pattern = SearchPattern.containing(text)
        var sql = ContractsStore.select
        sql.append(
            """
             WHERE c.code LIKE ? OR c.title LIKE ? OR c.id = CONVERT(? USING ascii)
            ORDER BY c.created_at DESC, c.id DESC LIMIT ?
            """,
            pattern,
            pattern,
            text,
            limit
        )
        return try queries.rows(sql, as: ContractsStore.read)
    }

    /// When each percentage was told.
    static func alertsTold(
        of contractID: String,
        _ queries: some Queries
    ) throws -> [Int64: Instant] {
        let told = try queries.rows(
            "SELECT percent, at FROM contract_alerts WHERE contract_id = ?",
            contractID
        ) { row in (try row.int64(), try row.instant()) }
        return Dictionary(told) { first, _ in first }
    }

    /// Shipments of each hour since a moment, by its number; only the newest of very many.
    static func hours(
        since start: Instant,
        of owner: String?,
        _ queries: some Queries
    ) throws -> [Int: HourOfShipments] {
        var sql = SQLText(
            """
            SELECT TIMESTAMPDIFF(HOUR, ?, s.created_at) AS hour,
                COUNT(IF(s.status <> 'blocked', 1, NULL)), COUNT(IF(s.status = 'blocked', 1, NULL))
            FROM (SELECT status, created_at FROM shipments WHERE created_at >= ?
            """,
            start,
            start
        )
        if let owner { sql.append(" AND created_by = ?", owner) }
        sql.append(" ORDER BY created_at DESC LIMIT ?) AS s GROUP BY hour", countedMax)
        let hours = try queries.rows(sql) { row in
            (
                Int(try row.int64()),
                HourOfShipments(accepted: try row.int64(), blocked: try row.int64())
            )
        }
        return Dictionary(hours) { first, _ in first }
    }

    static func latestShipments(
        of owner: String?,
        on contractID: String? = nil,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Shipment] {
        var sql = ShipmentsStore.select
        sql.append(" WHERE TRUE")
        if let contractID { sql.append(" AND s.contract_id = ?", contractID) }
        if let owner { sql.append(" AND s.created_by = ?", owner) }
        sql.append(" ORDER BY s.created_at DESC, s.id DESC LIMIT ?", limit)
        return try queries.rows(sql, as: ShipmentsStore.read)
    }

    static func searchShipments(
        _ text: String,
        of owner: String?,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Shipment] {
        let isID = Identifier.isWellFormed(text, prefix: "shp")
        var sql = ShipmentsStore.select
        if isID {
            sql.append(" WHERE s.id = ?", text)
        } else {
            sql.append(
                """
                 JOIN (
                    SELECT id FROM (SELECT id, reference FROM shipments
                        ORDER BY created_at DESC, id DESC LIMIT ?) AS newest
                    WHERE reference LIKE ?
                    UNION
                    SELECT id FROM (SELECT id FROM shipments FORCE INDEX (shipments_by_reference)
                        WHERE reference LIKE ? ORDER BY reference LIMIT ?) AS beginning
                ) AS f ON f.id = s.id
                WHERE TRUE
                """,
                searchedMax,
                SearchPattern.containing(text),
                SearchPattern.beginning(with: text),
                searchedMax
            )
        }
        if let owner { sql.append(" AND s.created_by = ?", owner) }
        sql.append(" ORDER BY s.created_at DESC, s.id DESC LIMIT ?", limit)
        return try queries.rows(sql, as: ShipmentsStore.read)
    }

    private static func filled(_ sql: SQLText, _ queries: some Queries) throws -> [Contract] {
        try ContractsStore.filled(try queries.rows(sql, as: ContractsStore.read), queries)
    }
}

/// The shipments of an hour.
struct HourOfShipments: Sendable, Equatable {
    /// Also those that were cancelled since.
    let accepted: Int64
    let blocked: Int64
}
