package import Database

/// Cold cells and devices counted, as far as they are tenants'; an administrator's are all.
package enum FleetCountsStore {
    package static func coldCells(in scope: FleetScope, _ queries: some Queries) throws -> Int64 {
        var sql = SQLText("SELECT COUNT(*) FROM cold_cells c WHERE ")
        sql.append(scope.organisations("c.organisation_id"))
        return try queries.row(sql) { try $0.int64() } ?? 0
    }

    package static func devices(
        in scope: FleetScope,
        _ queries: some Queries
    ) throws -> [Device.Status: Int64] {
        var sql = SQLText(
            """
            SELECT d.is_online, d.last_seen_at IS NOT NULL AS was_heard, COUNT(*) FROM devices d
            WHERE d.deleted_at IS NULL AND
            """
        )
        sql.append(" ")
        sql.append(scope.organisations("d.organisation_id"))
        sql.append(" GROUP BY d.is_online, was_heard")
        let counts = try queries.rows(sql) { row in
            let (isOnline, wasHeard) = (try row.bool(), try row.bool())
            return (Device.Status(isOnline: isOnline, wasHeard: wasHeard), try row.int64())
        }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    /// Nothing of those that have none.
    package static func coldCells(
        ofOrganisations ids: [String],
        _ queries: some Queries
    ) throws -> [String: Int64] {
        var sql = SQLText("SELECT organisation_id, COUNT(*) FROM cold_cells WHERE organisation_id")
        sql.appendIn(ids)
        sql.append(" GROUP BY organisation_id")
        return try counts(sql, queries)
    }

    /// Nothing of those that have none.
    package static func devices(
        ofOrganisations ids: [String],
        _ queries: some Queries
    ) throws -> [String: Int64] {
        var sql = SQLText(
            """
            SELECT organisation_id, COUNT(*) FROM devices
            WHERE deleted_at IS NULL AND organisation_id
            """
        )
        sql.appendIn(ids)
        sql.append(" GROUP BY organisation_id")
        return try counts(sql, queries)
    }

    private static func counts(
        _ sql: SQLText,
        _ queries: some Queries
    ) throws -> [String: Int64] {
        let counts = try queries.rows(sql) { (try $0.string(), try $0.int64()) }
        return Dictionary(counts) { first, _ in first }
    }
}
