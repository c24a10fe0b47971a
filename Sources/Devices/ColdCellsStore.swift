import Base
package import Database
package import HTTP
import House

/// The rows of `cold_cells`.
package enum ColdCellsStore {
    package static func insert(_ cell: ColdCell, _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO cold_cells (id, location_id, organisation_id, name, min_temperature,
                max_temperature, offline_after_seconds, silenced_until, silence_reason, version,
                created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            cell.id,
            cell.locationID,
            cell.organisationID,
            cell.name,
            cell.minTemperature,
            cell.maxTemperature,
            cell.offlineAfterSeconds,
            cell.silencedUntil,
            cell.silenceReason,
            cell.version,
            cell.createdAt
        )
    }

    /// Raises the version.
    package static func save(_ cell: inout ColdCell, _ tx: Transaction) throws {
        cell.version += 1
        try tx.execute(
            """
            UPDATE cold_cells SET location_id = ?, name = ?, min_temperature = ?,
                max_temperature = ?, offline_after_seconds = ?, silenced_until = ?,
                silence_reason = ?, version = ?
            WHERE id = ?
            """,
            cell.locationID,
            cell.name,
            cell.minTemperature,
            cell.maxTemperature,
            cell.offlineAfterSeconds,
            cell.silencedUntil,
            cell.silenceReason,
            cell.version,
            cell.id
        )
        try FleetVersionStore.raise(tx)
    }

    package static func find(_ id: String, _ queries: some Queries) throws -> ColdCell? {
        var sql = select
        sql.append(" WHERE c.id = ?", id)
        return try queries.row(sql, as: read)
    }

    package static func lock(_ id: String, _ tx: Transaction) throws -> ColdCell? {
        var sql = select
        sql.append(" WHERE c.id = ? FOR UPDATE", id)
        return try tx.row(sql, as: read)
    }

    package static func find(
        _ ids: some Sequence<String>,
        _ queries: some Queries
    ) throws -> [ColdCell] {
        let ids = Set(ids).sorted()
        guard !ids.isEmpty else { return [] }
        var sql = select
        sql.append(" WHERE c.id")
        sql.appendIn(ids)
        return try queries.rows(sql, as: read)
    }

    /// By name, as a form offers them.
    package static func list(
        in scope: FleetScope,
        limit: Int,
        _ queries: some Queries
    ) throws -> [ColdCell] {
        var sql = select
        sql.append(" WHERE ")
        sql.append(scope.organisations("c.organisation_id"))
        sql.append(" ORDER BY c.name, c.id LIMIT ?", limit)
        return try queries.rows(sql, as: read)
    }

    /// By name.
    package static func atLocation(
        _ locationID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [ColdCell] {
        var sql = select
        sql.append(" WHERE c.location_id = ? ORDER BY c.name, c.id LIMIT ?", locationID, limit)
        return try queries.rows(sql, as: read)
    }

    /// How many stand at each of them.
    package static func counts(
        atLocations ids: [String],
        _ queries: some Queries
    ) throws -> [String: Int64] {
        var sql = SQLText("SELECT location_id, COUNT(*) FROM cold_cells WHERE location_id")
        sql.appendIn(ids)
        sql.append(" GROUP BY location_id")
        let counts = try queries.rows(sql) { (try $0.string(), try $0.int64()) }
        return Dictionary(counts) { first, _ in first }
    }

    /// What has a name or an id like this, by name.
    package static func search(
        _ text: String,
        in scope: FleetScope,
        limit: Int,
        _ queries: some Queries
    ) throws -> [ColdCell] {
        var sql = select
        sql.append(" WHERE ")
        sql.append(scope.organisations("c.organisation_id"))
        sql.append(" AND ")
        sql.append(likeness(text))
        sql.append(" ORDER BY c.name, c.id LIMIT ?", limit)
        return try queries.rows(sql, as: read)
    }

    static func likeness(_ text: String) -> SQLText {
        SQLText(
            "(c.name LIKE ? OR c.id = CONVERT(? USING ascii))",
            SearchPattern.containing(text),
            text
        )
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT c.id, c.location_id, c.organisation_id, c.name, c.min_temperature,
                c.max_temperature, c.offline_after_seconds, c.silenced_until, c.silence_reason,
                c.version, c.created_at
            FROM cold_cells c
            """
        )
    }

    static func read(_ row: inout Row) throws -> ColdCell {
        ColdCell(
            id: try row.string(),
            locationID: try row.string(),
            organisationID: try row.string(),
            name: try row.string(),
            minTemperature: try row.double(),
            maxTemperature: try row.double(),
            offlineAfterSeconds: try row.int64(),
            silencedUntil: try row.optionalInstant(),
            silenceReason: try row.optionalString(),
            version: try row.int64(),
            createdAt: try row.instant()
        )
    }
}

extension ColdCellsQuery {
    /// `reply` is given all of the page at once, since what it says besides is read together.
    package func page<Shown: Reply>(
        in scope: FleetScope,
        _ database: MariaDB,
        reply: ([ColdCell]) throws -> (ColdCell) -> Shown
    ) throws -> ListReply<Shown> {
        let byName = sorting.field == "name"
        var listing = Listing(
            select: ColdCellsStore.select,
            count: SQLText("SELECT 1 FROM cold_cells c"),
            paging: paging,
            sortsBy: byName ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byName
                ? (" ORDER BY c.name, c.id", " ORDER BY c.name DESC, c.id DESC")
                : (" ORDER BY c.created_at, c.id", " ORDER BY c.created_at DESC, c.id DESC"),
            after: byName
                ? (" (c.name, c.id) > (?, ?)", " (c.name, c.id) < (?, ?)")
                : (" (c.created_at, c.id) > (?, ?)", " (c.created_at, c.id) < (?, ?)")
        )
        listing.require(scope.organisations("c.organisation_id"))
        if let locationID {
            listing.require("c.location_id = CONVERT(? USING ascii)", locationID)
        }
        if let organisationID {
            listing.require("c.organisation_id = CONVERT(? USING ascii)", organisationID)
        }
        if let text { listing.require(ColdCellsStore.likeness(text)) }
        let found = try listing.items(database, read: ColdCellsStore.read)
        let shown = try reply(Array(found.prefix(Int(paging.limit))))
        return try listing.page(
            found,
            database,
            key: { cell in
                let key: JSON =
                    byName ? .string(cell.name) : .integer(cell.createdAt.milliseconds)
                return [key, .string(cell.id)]
            },
            reply: shown
        )
    }
}
