import Base
import Database
import HTTP
import House

/// The rows of `users`.
enum PeopleStore {
    static func find(_ id: String, _ queries: some Queries) throws -> Person? {
        guard Identifier.isWellFormed(id, prefix: "usr") else { return nil }
        var sql = select
        sql.append(" WHERE u.id = ?", id)
        return try queries.row(sql, as: read)
    }

    static func load(_ id: String, _ queries: some Queries) throws -> Person {
        guard let person = try find(id, queries) else { throw Problem.notFound }
        return person
    }

    /// Holds the person until the end of the transaction; the organisation's row stays free.
    static func lock(_ id: String, _ tx: Transaction) throws -> Person {
        let found = try tx.row("SELECT 1 FROM users WHERE id = ? FOR UPDATE", id) { try $0.int() }
        guard found != nil else { throw Problem.notFound }
        return try load(id, tx)
    }

    /// Somebody who may sign in with this e-mail, with the hash to check.
    static func findCredentials(
        email: String,
        _ queries: some Queries
    ) throws -> (person: Person, passwordHash: String)? {
        try queries.row(
            """
            SELECT u.password_hash, u.id, u.email, u.email_verified_at, u.first_name, u.last_name,
                u.phone, u.locale, u.time_zone, u.roles, u.status, u.token_version, u.version,
                u.created_at, o.id, o.name, o.business_type
            FROM users u LEFT JOIN organisations o ON o.id = u.organisation_id
            WHERE u.email = ?
            """,
            email
        ) { row in
            let hash = try row.string()
            return (person: try read(&row), passwordHash: hash)
        }
    }

    static func passwordHash(of id: String, _ queries: some Queries) throws -> String? {
        try queries.row("SELECT password_hash FROM users WHERE id = ?", id) { try $0.string() }
    }

    static func insert(_ person: Person, passwordHash: String, _ tx: Transaction) throws {
        do {
            try tx.execute(
                """
                INSERT INTO users (id, email, email_verified_at, password_hash, first_name,
                    last_name, phone, locale, time_zone, roles, organisation_id, status,
                    created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                person.id,
                person.email,
                person.emailVerifiedAt,
                passwordHash,
                person.firstName,
                person.lastName,
                person.phone,
                person.locale,
                person.timeZone,
                Person.ordered(person.roles).joined(separator: ","),
                person.organisation?.id,
                person.status.rawValue,
                person.createdAt
            )
        } catch let error as DatabaseError where error.isDuplicate {
            throw IdentityRefusal.emailTaken
        }
    }

    /// Everything but e-mail and password; raises the version.
    static func save(_ person: inout Person, _ tx: Transaction) throws {
        person.version += 1
        try tx.execute(
            """
            UPDATE users SET first_name = ?, last_name = ?, phone = ?, locale = ?, time_zone = ?,
                roles = ?, organisation_id = ?, status = ?, email_verified_at = ?,
                token_version = ?, version = ?
            WHERE id = ?
            """,
            person.firstName,
            person.lastName,
            person.phone,
            person.locale,
            person.timeZone,
            Person.ordered(person.roles).joined(separator: ","),
            person.organisation?.id,
            person.status.rawValue,
            person.emailVerifiedAt,
            person.tokenVersion,
            person.version,
            person.id
        )
    }

    /// Ends what rests on the person's rights as they were.
    static func raiseTokenVersion(of id: String, _ tx: Transaction) throws {
        try tx.execute("UPDATE users SET token_version = token_version + 1 WHERE id = ?", id)
    }

    static func setPasswordHash(_ hash: String, of id: String, _ tx: Transaction) throws {
        try tx.execute("UPDATE users SET password_hash = ? WHERE id = ?", hash, id)
    }

    /// Everybody active who has a role.
    static func list(role: Role, _ queries: some Queries) throws -> [Person] {
        var sql = select
        sql.append(
            " WHERE u.status = 'active' AND FIND_IN_SET(?, u.roles) ORDER BY u.email LIMIT 1000",
            role.rawValue
        )
        return try queries.rows(sql, as: read)
    }

    static func count(_ queries: some Queries) throws -> Int {
        try queries.row("SELECT COUNT(*) FROM users") { try $0.int() } ?? 0
    }

    /// Held in the order of their ids, so that of two who would each go, the second waits and sees
    /// that the first is gone.
    static func lockAdministrators(_ tx: Transaction) throws -> [String] {
        try tx.rows(
            """
            SELECT id FROM users WHERE FIND_IN_SET('admin', roles) AND status = 'active'
            ORDER BY id FOR UPDATE
            """
        ) { try $0.string() }
    }

    static func disabledCount(_ queries: some Queries) throws -> Int {
        try queries.row("SELECT COUNT(*) FROM users WHERE status = 'disabled'") { try $0.int() }
            ?? 0
    }

    static func members(
        of organisationID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Person] {
        var sql = select
        sql.append(" WHERE u.organisation_id = ? ORDER BY u.email LIMIT ?", organisationID, limit)
        return try queries.rows(sql, as: read)
    }

    /// Who has an e-mail, a name or an id like this.
    static func search(_ text: String, limit: Int, _ queries: some Queries) throws -> [Person] {
        let pattern = SearchPattern.containing(text)
        var sql = select
        sql.append(
            """
             WHERE u.email LIKE ? OR CONCAT_WS(' ', u.first_name, u.last_name) LIKE ?
                OR u.id = CONVERT(? USING ascii)
            ORDER BY u.email LIMIT ?
            """,
            pattern,
            pattern,
            text,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    /// Those of these ids and e-mails whom there are.
    static func acquaintances(
        ids: [String],
        emails: [String],
        _ queries: some Queries
    ) throws -> [Acquaintance] {
        let known = ids.filter { Identifier.isWellFormed($0, prefix: "usr") }
        guard !known.isEmpty || !emails.isEmpty else { return [] }
        var sql = SQLText(
            """
            SELECT id, email, first_name, last_name, status, organisation_id FROM users WHERE
            """
        )
        if !known.isEmpty {
            sql.append(" id")
            sql.appendIn(known)
        }
        if !known.isEmpty, !emails.isEmpty { sql.append(" OR") }
        if !emails.isEmpty {
            sql.append(" email")
            sql.appendIn(emails)
        }
        return try queries.rows(sql) { row in
            let id = try row.string()
            let email = try row.string()
            let first = try row.optionalString()
            let last = try row.optionalString()
            return Acquaintance(
                id: id,
                email: email,
                name: Person.displayName(first, last) ?? email,
                isActive: Person.Status(rawValue: try row.string()) == .active,
                organisationID: try row.optionalString()
            )
        }
    }

    /// Technicians that an organisation does not have yet.
    static func unlinkedTechnicians(
        of organisationID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Person] {
        var sql = select
        sql.append(
            """
             WHERE FIND_IN_SET('technician', u.roles) AND u.status = 'active' AND NOT EXISTS (
                SELECT 1 FROM organisation_technicians t
                WHERE t.user_id = u.id AND t.organisation_id = ?)
            ORDER BY u.email LIMIT ?
            """,
            organisationID,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    /// A row each, to be counted.
    static var each: SQLText { SQLText("SELECT 1 FROM users u") }

    static var select: SQLText {
        SQLText(
            """
            SELECT u.id, u.email, u.email_verified_at, u.first_name, u.last_name, u.phone,
                u.locale, u.time_zone, u.roles, u.status, u.token_version, u.version,
                u.created_at, o.id, o.name, o.business_type
            FROM users u LEFT JOIN organisations o ON o.id = u.organisation_id
            """
        )
    }

    static func read(_ row: inout Row) throws -> Person {
        var person = Person(
            id: try row.string(),
            email: try row.string(),
            emailVerifiedAt: try row.optionalInstant(),
            firstName: try row.optionalString(),
            lastName: try row.optionalString(),
            phone: try row.optionalString(),
            locale: try row.string(),
            timeZone: try row.string(),
            roles: roles(try row.string()),
            organisation: nil,
            status: Person.Status(rawValue: try row.string()) ?? .disabled,
            tokenVersion: try row.int64(),
            version: try row.int64(),
            createdAt: try row.instant()
        )
        let organisationID = try row.optionalString()
        let name = try row.optionalString()
        let businessType = try row.optionalString()
        if let organisationID, let name {
            person.organisation = Person.Affiliation(
                id: organisationID,
                name: name,
                businessType: businessType
            )
        }
        return person
    }

    static func roles(_ list: String) -> Set<Role> {
        Set(list.split(separator: ",").compactMap { Role(rawValue: String($0)) })
    }
}
