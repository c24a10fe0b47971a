import AlertEngine
import Base
import Database
import HTTP
import House

extension AlertsQuery {
    func page<Shown: Reply>(
        in scope: AlertsScope,
        _ queries: some Queries,
        reply: (Alert) -> Shown
    ) throws -> ListReply<Shown> {
        var listing = Listing(
            select: AlertsStore.select,
            count: SQLText("SELECT 1 FROM alerts a"),
            paging: paging,
            isDescending: sorting.isDescending,
            order: (
                " ORDER BY a.triggered_at, a.id", " ORDER BY a.triggered_at DESC, a.id DESC"
            ),
            after: (
                " (a.triggered_at, a.id) > (?, ?)", " (a.triggered_at, a.id) < (?, ?)"
            )
        )
        if !scope.seesAll { listing.require(AlertListsStore.isOf(scope.organisationIDs)) }
        if let status { listing.require("a.status = ?", status.rawValue) }
        if isOpenOnly { listing.require("a.open_device IS NOT NULL") }
        if let type { listing.require("a.type = ?", type.rawValue) }
        if let severity { listing.require("a.severity = ?", severity.rawValue) }
        if let coldCellID {
            listing.require("a.cold_cell_id = CONVERT(? USING ascii)", coldCellID)
        }
        if let deviceID { listing.require("a.device_id = CONVERT(? USING ascii)", deviceID) }
        return try listing.page(
            try listing.items(queries, read: AlertsStore.read),
            queries,
            key: { [.integer($0.triggeredAt.milliseconds), .string($0.id)] },
            reply: reply
        )
    }
}

/// Alerts counted, and whose they are.
enum AlertListsStore {
    static func isOf(_ organisationIDs: [String]) -> SQLText {
        var sql = SQLText("a.organisation_id")
        sql.appendIn(organisationIDs)
        return sql
    }

    /// How many are open of each severity.
    static func openCounts(
        in scope: AlertsScope,
        _ queries: some Queries
    ) throws -> [AlertSeverity: Int64] {
        var sql = SQLText(
            "SELECT a.severity, COUNT(*) FROM alerts a WHERE a.open_device IS NOT NULL"
        )
        if !scope.seesAll {
            sql.append(" AND ")
            sql.append(isOf(scope.organisationIDs))
        }
        sql.append(" GROUP BY a.severity")
        let found = try queries.rows(sql) { row in
            (AlertSeverity(rawValue: try row.string()) ?? .critical, try row.int64())
        }
        return Dictionary(found) { first, _ in first }
    }
}
