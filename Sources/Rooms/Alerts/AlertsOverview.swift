import AlertEngine
import Base
import HTTP
import House
import Outbox

/// This room's part of the first page.
enum AlertsOverview {
    private static let rowsMax = 6

    static func regions(_ call: Call) throws -> [Region] {
        guard call.may(.readAlerts) else { return [] }
        return [
            Region("alerts", AlertsPage.news(try scope(call), call), in: .coldChain) {
                try section(call)
            }
        ]
    }

    private static func scope(_ call: Call) throws -> AlertsScope {
        try AlertsScope(call, call.worker.database)
    }

    private static func section(_ call: Call) throws -> Section {
        let scope = try scope(call)
        let database = call.worker.database
        let counts = try AlertListsStore.openCounts(in: scope, database)
        var section = Section("Alerts")
        section.figures = [AlertSeverity.critical, .warning].map { severity in
            .init(
                severity == .critical ? "Critical" : "Warning",
                .number(counts[severity] ?? 0),
                at: "\(AlertWords.path)?severity=\(severity.rawValue)"
            )
        }
        section.table = try AlertTable.rows(
            try AlertsStore.open(
                ofOrganisations: scope.seesAll ? nil : scope.organisationIDs,
                limit: rowsMax,
                database
            ),
            isFile: false,
            call
        ).withoutFile
        section.act = Act("All alerts", AlertWords.path)
        return section
    }
}
