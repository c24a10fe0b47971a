import Base
import Database
import HTTP
import House

/// The rows of `organisations` and `organisation_technicians`.
enum OrganisationsStore {
    static func insert(_ organisation: Organisation, _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO organisations (id, name, business_type, email, phone, address, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            organisation.id,
            organisation.name,
            organisation.businessType,
            organisation.email,
            organisation.phone,
            organisation.address,
            organisation.createdAt
        )
    }

    static func find(_ id: String, _ queries: some Queries) throws -> Organisation? {
        var sql = select
        sql.append(" WHERE id = ?", id)
        return try queries.row(sql, as: read)
    }

    /// Links a technician; once is as good as twice.
    static func link(
        _ organisationID: String,
        technician userID: String,
        at now: Instant,
        _ tx: Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO organisation_technicians (organisation_id, user_id, created_at)
            VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE user_id = user_id
            """,
            organisationID,
            userID,
            now
        )
    }

    /// Whether there was a link to take away.
    static func unlink(
        _ organisationID: String,
        technician userID: String,
        _ tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            "DELETE FROM organisation_technicians WHERE organisation_id = ? AND user_id = ?",
            organisationID,
            userID
        ).affectedRows > 0
    }

    static func technicians(
        of organisationID: String,
        _ queries: some Queries
    ) throws -> [Person] {
        var sql = PeopleStore.select
        sql.append(
            """
             JOIN organisation_technicians t ON t.user_id = u.id
            WHERE t.organisation_id = ? ORDER BY u.email LIMIT 1000
            """,
            organisationID
        )
        return try queries.rows(sql, as: PeopleStore.read)
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT id, name, business_type, email, phone, address, version, created_at
            FROM organisations
            """
        )
    }

    static func read(_ row: inout Row) throws -> Organisation {
        Organisation(
            id: try row.string(),
            name: try row.string(),
            businessType: try row.optionalString(),
            email: try row.optionalString(),
            phone: try row.optionalString(),
            address: try row.optionalString(),
            version: try row.int64(),
            createdAt: try row.instant()
        )
    }
}

extension OrganisationsQuery {
    func page(_ queries: some Queries) throws -> ListReply<Organisation> {
        let byName = sorting.field == "name"
        var listing = Listing(
            select: OrganisationsStore.select,
            count: SQLText("SELECT 1 FROM organisations"),
            paging: paging,
            sortsBy: byName ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byName
                ? (" ORDER BY name, id", " ORDER BY name DESC, id DESC")
                : (" ORDER BY created_at, id", " ORDER BY created_at DESC, id DESC"),
            after: byName
                ? (" (name, id) > (?, ?)", " (name, id) < (?, ?)")
                : (" (created_at, id) > (?, ?)", " (created_at, id) < (?, ?)")
        )
        if let text {
            listing.require(
                "(name LIKE ? OR email LIKE ? OR id = CONVERT(? USING ascii))",
                SearchPattern.containing(text),
                SearchPattern.containing(text),
                text
            )
        }
        return try listing.page(
            queries,
            key: { organisation in
                let key: JSON =
                    byName
                    ? .string(organisation.name)
                    : .integer(organisation.createdAt.milliseconds)
                return [key, .string(organisation.id)]
            },
            read: OrganisationsStore.read
        )
    }
}
