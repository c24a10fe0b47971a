import Base
package import Database
import House

/// The rows of `locations`.
package enum LocationsStore {
    package static func insert(_ location: Location, _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO locations (id, organisation_id, name, address, latitude, longitude, version,
                created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            location.id,
            location.organisationID,
            location.name,
            location.address,
            location.latitude,
            location.longitude,
            location.version,
            location.createdAt
        )
    }

    /// Raises the version.
    package static func save(_ location: inout Location, _ tx: Transaction) throws {
        location.version += 1
        try tx.execute(
            """
            UPDATE locations SET name = ?, address = ?, latitude = ?, longitude = ?, version = ?
            WHERE id = ?
            """,
            location.name,
            location.address,
            location.latitude,
            location.longitude,
            location.version,
            location.id
        )
    }

    package static func find(_ id: String, _ queries: some Queries) throws -> Location? {
        var sql = select
        sql.append(" WHERE l.id = ?", id)
        return try queries.row(sql, as: read)
    }

    package static func lock(_ id: String, _ tx: Transaction) throws -> Location? {
        var sql = select
        sql.append(" WHERE l.id = ? FOR UPDATE", id)
        return try tx.row(sql, as: read)
    }

    package static func find(
        _ ids: some Sequence<String>,
        _ queries: some Queries
    ) throws -> [Location] {
        let ids = Set(ids).sorted()
        guard !ids.isEmpty else { return [] }
        var sql = select
        sql.append(" WHERE l.id")
        sql.appendIn(ids)
        return try queries.rows(sql, as: read)
    }

    /// By name, as a form offers them.
    package static func list(
        in scope: FleetScope,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Location] {
        var sql = select
        sql.append(" WHERE ")
        sql.append(scope.organisations("l.organisation_id"))
        sql.append(" ORDER BY l.name, l.id LIMIT ?", limit)
        return try queries.rows(sql, as: read)
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT l.id, l.organisation_id, l.name, l.address, l.latitude, l.longitude, l.version,
                l.created_at
            FROM locations l
            """
        )
    }

    static func read(_ row: inout Row) throws -> Location {
        Location(
            id: try row.string(),
            organisationID: try row.string(),
            name: try row.string(),
            address: try row.optionalString(),
            latitude: try row.optionalDouble(),
            longitude: try row.optionalDouble(),
            version: try row.int64(),
            createdAt: try row.instant()
        )
    }
}
