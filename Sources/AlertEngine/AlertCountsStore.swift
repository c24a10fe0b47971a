package import Database

/// Something with which something is wrong, and how much.
package struct AlertCount: Sendable, Equatable {
    package let id: String
    /// That are open.
    package let alerts: Int64
    package let worst: AlertSeverity

    package init(id: String, alerts: Int64, worst: AlertSeverity) {
        self.id = id
        self.alerts = alerts
        self.worst = worst
    }
}

/// Open alerts counted: of some organisations, or of all where none are named.
package enum AlertCountsStore {
    package static func types(
        of organisationIDs: [String]?,
        _ queries: some Queries
    ) throws -> [AlertType: Int64] {
        var sql = SQLText("SELECT a.type, COUNT(*)")
        sql.append(open(of: organisationIDs))
        sql.append(" GROUP BY a.type")
        let counts = try queries.rows(sql) { row in
            (try AlertsStore.choice(&row) as AlertType, try row.int64())
        }
        return Dictionary(counts) { first, _ in first }
    }

    /// The organisations with most trouble first.
    package static func troubledOrganisations(
        of organisationIDs: [String]?,
        limit: Int,
        _ queries: some Queries
    ) throws -> [AlertCount] {
        try troubles(by: "a.organisation_id", of: organisationIDs, limit: limit, queries)
    }

    /// The cold cells with most trouble first.
    package static func troubledColdCells(
        of organisationIDs: [String]?,
        limit: Int,
        _ queries: some Queries
    ) throws -> [AlertCount] {
        try troubles(by: "a.cold_cell_id", of: organisationIDs, limit: limit, queries)
    }

    /// By the ids of those of the cold cells in which something is wrong.
    package static func troubles(
        inColdCells ids: [String],
        _ queries: some Queries
    ) throws -> [String: AlertCount] {
        guard !ids.isEmpty else { return [:] }
        var open = open(of: nil)
        open.append(" AND a.cold_cell_id")
        open.appendIn(ids)
        let found = try troubles(by: "a.cold_cell_id", open, limit: ids.count, queries)
        return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    }

    private static func troubles(
        by place: StaticString,
        of organisationIDs: [String]?,
        limit: Int,
        _ queries: some Queries
    ) throws -> [AlertCount] {
        try troubles(by: place, open(of: organisationIDs), limit: limit, queries)
    }

    private static func troubles(
        by place: StaticString,
        _ open: SQLText,
        limit: Int,
        _ queries: some Queries
    ) throws -> [AlertCount] {
        var sql = SQLText("SELECT ")
        sql.append(place)
        sql.append(", COUNT(*) AS alerts, MAX(a.severity = 'critical') AS is_critical")
        sql.append(open)
        sql.append(" AND ")
        sql.append(place)
        sql.append(" IS NOT NULL GROUP BY ")
        sql.append(place)
        sql.append(" ORDER BY is_critical DESC, alerts DESC, ")
        sql.append(place)
        sql.append(" LIMIT ?", limit)
        return try queries.rows(sql) { row in
            AlertCount(
                id: try row.string(),
                alerts: try row.int64(),
                worst: try row.bool() ? .critical : .warning
            )
        }
    }

    private static func open(of organisationIDs: [String]?) -> SQLText {
        var sql = SQLText(" FROM alerts a WHERE a.open_device IS NOT NULL")
        guard let organisationIDs else { return sql }
        sql.append(" AND a.organisation_id")
        sql.appendIn(organisationIDs)
        return sql
    }
}
