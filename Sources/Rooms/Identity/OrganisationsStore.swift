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
        guard Identifier.isWellFormed(id, prefix: "org") else { return nil }
        var sql = select
        sql.append(" WHERE id = ?", id)
        return try queries.row(sql, as: read)
    }

    static func lock(_ id: String, _ tx: Transaction) throws -> Organisation {
        var sql = select
        sql.append(" WHERE id = ? FOR UPDATE", id)
        guard let found = try tx.row(sql, as: read) else { throw Problem.notFound }
        return found
    }

    /// Raises the version.
    static func save(_ organisation: inout Organisation, _ tx: Transaction) throws {
        organisation.version += 1
        try tx.execute(
            """
            UPDATE organisations SET name = ?, business_type = ?, email = ?, phone = ?,
                address = ?, version = ?
            WHERE id = ?
            """,
            organisation.name,
            organisation.businessType,
            organisation.email,
            organisation.phone,
            organisation.address,
            organisation.version,
            organisation.id
        )
    }

    static func count(_ queries: some Queries) throws -> Int {
        try queries.row("SELECT COUNT(*) FROM organisations") { try $0.int() } ?? 0
    }

    /// By name, as a form offers them.
    static func list(
        _ ids: [String]? = nil,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Organisation] {
        var sql = select
        if let ids {
            sql.append(" WHERE id")
            sql.appendIn(ids)
        }
        sql.append(" ORDER BY name, id LIMIT ?", limit)
        return try queries.rows(sql, as: read)
    }

    /// What has a name, an e-mail or an id like this.
    static func search(
        _ text: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Organisation] {
        let pattern = SearchPattern.containing(text)
        var sql = select
        sql.append(
            """
             WHERE name LIKE ? OR email LIKE ? OR id = CONVERT(? USING ascii)
            ORDER BY name, id LIMIT ?
            """,
            pattern,
            pattern,
            text,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    /// How many people belong to each of them.
    static func memberCounts(of ids: [String], _ queries: some Queries) throws -> [String: Int] {
        var sql = SQLText("SELECT organisation_id, COUNT(*) FROM users WHERE organisation_id")
        sql.appendIn(ids)
        sql.append(" GROUP BY organisation_id")
        let counts = try queries.rows(sql) { (try $0.string(), try $0.int()) }
        return Dictionary(counts) { first, _ in first }
    }

    static func ids(lookedAfterBy userID: String, _ queries: any Queries) throws -> [String] {
        try queries.rows(
            "SELECT organisation_id FROM organisation_technicians WHERE user_id = ?",
            userID
        ) { try $0.string() }
    }

    /// Links a technician; whether that was new.
    @discardableResult
    static func link(
        _ organisationID: String,
        technician userID: String,
        at now: Instant,
        _ tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT IGNORE INTO organisation_technicians (organisation_id, user_id, created_at)
            VALUES (?, ?, ?)
            """,
            organisationID,
            userID,
            now
        ).affectedRows > 0
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

    /// A row each, to be counted.
    static var each: SQLText { SQLText("SELECT 1 FROM organisations") }

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
