import AlertEngine
import House

/// What is wrong in one place, as a part of its page.
enum OpenAlerts {
    /// More are on the page that all of them have.
    static let countMax = 8

    /// Nothing while nothing is.
    static func section(_ alerts: [Alert], allAt path: String, _ call: Call) -> Section? {
        guard !alerts.isEmpty, call.may(.readAlerts) else { return nil }
        var section = Section("Open alerts")
        section.table =
            TableView(
                "open alerts",
                at: "",
                columns: [
                    .init("Alert"), .init("Severity", .status), .init("Status", .status),
                    .init("Found"), .init("Since", .time),
                ],
                rows: alerts.map { alert in
                    [
                        .link(AlertWords.title(alert.type), to: AlertWords.path(alert.id)),
                        AlertWords.severity(alert), AlertWords.status(alert),
                        .text(AlertWords.finding(alert)), .time(alert.triggeredAt),
                    ]
                },
                empty: .init("Nothing is wrong", "What is wrong here stands in this list.")
            ).withoutFile
        section.act = Act("All its alerts", path)
        return section
    }
}
