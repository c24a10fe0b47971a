import Database

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
}
