import Database
import House

/// Who is told what goes on in organisations.
enum TenantPeopleStore {
    /// The customers among their members, and the technicians who look after them; of an
    /// organisation without either there is nothing.
    static func toldOf(
        _ organisationIDs: [String],
        _ queries: some Queries
    ) throws -> [String: [Person]] {
        guard !organisationIDs.isEmpty else { return [:] }
        var sql = SQLText(
            """
            SELECT told.tenant_id, u.id, u.email, u.email_verified_at, u.first_name, u.last_name,
                u.phone, u.locale, u.time_zone, u.roles, u.status, u.token_version, u.version,
                u.created_at, o.id, o.name, o.business_type
            FROM (
                SELECT organisation_id AS tenant_id, id AS user_id FROM users
                WHERE FIND_IN_SET('customer', roles) AND organisation_id
            """
        )
        sql.appendIn(organisationIDs)
        sql.append(
            """
                UNION
                SELECT t.organisation_id, t.user_id FROM organisation_technicians t
                JOIN users u ON u.id = t.user_id
                WHERE FIND_IN_SET('technician', u.roles) AND t.organisation_id
            """
        )
        sql.appendIn(organisationIDs)
        sql.append(
            """
            ) AS told
            JOIN users u ON u.id = told.user_id
            LEFT JOIN organisations o ON o.id = u.organisation_id
            WHERE u.status = 'active'
            ORDER BY u.email
            """
        )
        let found = try queries.rows(sql) { row in
            (tenantID: try row.string(), person: try PeopleStore.read(&row))
        }
        return Dictionary(grouping: found, by: \.tenantID).mapValues { $0.map(\.person) }
    }

    /// The active customers and technicians behind an id, by id, with the organisations that each
    /// is told of: their own, and those that they look after.
    static func readers(
        after id: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [(person: Person, tenantIDs: [String])] {
        var sql = PeopleStore.select
        sql.append(
            """
             WHERE u.status = 'active' AND u.id > ?
                AND (FIND_IN_SET('customer', u.roles) OR FIND_IN_SET('technician', u.roles))
            ORDER BY u.id LIMIT ?
            """,
            id,
            limit
        )
        let people = try queries.rows(sql, as: PeopleStore.read)
        guard !people.isEmpty else { return [] }
        var links = SQLText(
            "SELECT user_id, organisation_id FROM organisation_technicians WHERE user_id"
        )
        links.appendIn(people.map(\.id))
        let found = try queries.rows(links) { (user: try $0.string(), tenant: try $0.string()) }
        let linked = Dictionary(grouping: found, by: \.user).mapValues { $0.map(\.tenant) }
        return people.map { person in
            let own = person.roles.contains(.customer) ? person.organisation?.id : nil
            let others = person.roles.contains(.technician) ? linked[person.id] ?? [] : []
            return (person, Set(others + (own.map { [$0] } ?? [])).sorted())
        }
    }
}
