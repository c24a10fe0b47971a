package import Base
package import Database

/// What became of alerts over a time, and what is left of them.
package struct AlertDay: Sendable, Equatable {
    package var raised: Int64 = 0
    package var resolved: Int64 = 0
    /// Now.
    package var open: Int64 = 0

    package init() {}

    package var isQuiet: Bool { raised == 0 && resolved == 0 && open == 0 }

    package static func + (one: AlertDay, other: AlertDay) -> AlertDay {
        var sum = one
        sum.raised += other.raised
        sum.resolved += other.resolved
        sum.open += other.open
        return sum
    }
}

/// Alerts of organisations counted over a time, by their cold cells; those of none by no name.
package enum AlertDaysStore {
    package static func count(
        of organisationIDs: [String],
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws -> [String: AlertDay] {
        guard !organisationIDs.isEmpty else { return [:] }
        var days: [String: AlertDay] = [:]
        let raised = SQLText("triggered_at >= ? AND triggered_at < ?", start, end)
        for (cell, number) in try counts(of: organisationIDs, raised, queries) {
            days[cell, default: AlertDay()].raised = number
        }
        let resolved = SQLText("resolved_at >= ? AND resolved_at < ?", start, end)
        for (cell, number) in try counts(of: organisationIDs, resolved, queries) {
            days[cell, default: AlertDay()].resolved = number
        }
        let open = SQLText("open_device IS NOT NULL")
        for (cell, number) in try counts(of: organisationIDs, open, queries) {
            days[cell, default: AlertDay()].open = number
        }
        return days
    }

    private static func counts(
        of organisationIDs: [String],
        _ condition: SQLText,
        _ queries: some Queries
    ) throws -> [(cell: String, number: Int64)] {
        var sql = SQLText("SELECT IFNULL(cold_cell_id, ''), COUNT(*) FROM alerts WHERE ")
        sql.append(condition)
        sql.append(" AND organisation_id")
        sql.appendIn(organisationIDs)
        sql.append(" GROUP BY cold_cell_id")
        return try queries.rows(sql) { (try $0.string(), try $0.int64()) }
    }
}
