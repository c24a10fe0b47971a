import Base
package import Database
package import HTTP
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

    /// What has a name, an address or an id like this, by name.
    package static func search(
        _ text: String,
        in scope: FleetScope,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Location] {
        var sql = select
        sql.append(" WHERE ")
        sql.append(scope.organisations("l.organisation_id"))
        sql.append(" AND ")
        sql.append(likeness(text))
        sql.append(" ORDER BY l.name, l.id LIMIT ?", limit)
        return try queries.rows(sql, as: read)
    }

    static func likeness(_ text: String) -> SQLText {
        let pattern = SearchPattern.containing(text)
        return SQLText(
            "(l.name LIKE ? OR l.address LIKE ? OR l.id = CONVERT(? USING ascii))",
            pattern,
            pattern,
            text
        )
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

extension LocationsQuery {
    package func page<Shown: Reply>(
        in scope: FleetScope,
        _ database: MariaDB,
        reply: (Location) -> Shown
    ) throws -> ListReply<Shown> {
        let byName = sorting.field == "name"
        var listing = Listing(
            select: LocationsStore.select,
            count: SQLText("SELECT 1 FROM locations l"),
            paging: paging,
            sortsBy: byName ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byName
                ? (" ORDER BY l.name, l.id", " ORDER BY l.name DESC, l.id DESC")
                : (" ORDER BY l.created_at, l.id", " ORDER BY l.created_at DESC, l.id DESC"),
            after: byName
                ? (" (l.name, l.id) > (?, ?)", " (l.name, l.id) < (?, ?)")
                : (" (l.created_at, l.id) > (?, ?)", " (l.created_at, l.id) < (?, ?)")
        )
        listing.require(scope.organisations("l.organisation_id"))
        if let organisationID {
            listing.require("l.organisation_id = CONVERT(? USING ascii)", organisationID)
        }
        if let text { listing.require(LocationsStore.likeness(text)) }
        return try listing.page(
            try listing.items(database, read: LocationsStore.read),
            database,
            key: { location in
                let key: JSON =
                    byName ? .string(location.name) : .integer(location.createdAt.milliseconds)
                return [key, .string(location.id)]
            },
            reply: reply
        )
    }
}
