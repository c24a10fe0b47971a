import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Outbox

/// `GET /admin/alerts`: what is wrong now, and what was.
enum AlertsPage {
    /// What no topic tells to somebody is asked for so often.
    private static let seconds = 15

    static func show(_ call: Call) throws -> Response {
        let filter = try call.query(AlertsFilter.self)
        var query = filter.query
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let database = call.worker.database
        let scope = try AlertsScope(call, database)
        let found = try query.page(in: scope, database, reply: AlertReply.init)
        let table = try AlertTable.rows(found.items.map(\.alert), isFile: isFile, call)
            .asked(
                by: call,
                sorting: query.sorting,
                total: found.total,
                next: found.next,
                filters: AlertsFilter.fields
            )
        return try Page.list(
            table,
            in: Frame("Alerts", call.session).active(AlertWords.path),
            following: news(scope, call),
            for: call
        )
    }

    /// Those of the topics that the reader may follow.
    static func news(_ scope: AlertsScope, _ call: Call) -> News {
        let roles = call.principal?.roles ?? []
        if roles.contains(.admin) || roles.contains(.technician) { return News(Topic(.alerts)) }
        guard !scope.seesAll, !scope.organisationIDs.isEmpty else {
            return News.clock(seconds: seconds)
        }
        return News(scope.organisationIDs.map { Topic(.alerts, $0) })
    }
}

/// What the page's filter sends: without a status, all that is not resolved.
private struct AlertsFilter: Input {
    /// A status, or all of them.
    fileprivate enum Choice: String, CaseIterable {
        case open, active, acknowledged, resolved, all
    }

    let query: AlertsQuery

    init(_ fields: inout Fields) {
        let choice = fields.value("state", .choice(Choice.self), isRequired: false)
        var query = AlertsQuery(&fields)
        switch choice {
        case .open, nil: query.isOpenOnly = query.status == nil
        case .active: query.status = .active
        case .acknowledged: query.status = .acknowledged
        case .resolved: query.status = .resolved
        case .all: break
        }
        self.query = query
    }

    static var fields: [FormField] {
        let any = FormField.Option("", "Any")
        let choices = Choice.allCases.map { choice in
            FormField.Option(choice == .open ? "" : choice.rawValue, choice.words)
        }
        let types = AlertType.allCases.map {
            FormField.Option($0.rawValue, AlertWords.title($0))
        }
        let severities = AlertSeverity.allCases.map {
            FormField.Option($0.rawValue, $0.rawValue)
        }
        return [
            FormField("state", "State", .choice(choices)),
            FormField("type", "What", .choice([any] + types)),
            FormField("severity", "Severity", .choice([any] + severities)),
        ]
    }
}

extension AlertsFilter.Choice {
    fileprivate var words: String {
        switch self {
        case .open: "Not resolved"
        case .active: "Active"
        case .acknowledged: "Acknowledged"
        case .resolved: "Resolved"
        case .all: "All"
        }
    }
}

/// Alerts as rows.
enum AlertTable {
    static func rows(_ alerts: [Alert], isFile: Bool, _ call: Call) throws -> TableView {
        let places = try PlacesStore.places(
            ofDevices: Set(alerts.map(\.deviceID)).sorted(),
            call.worker.database
        )
        let more: [TableView.Column] = [
            .init("Count", .number), .init("Last", .time), .init("Device id", .id),
            .init("Id", .id),
        ]
        return TableView(
            "alerts",
            at: AlertWords.path,
            columns: [
                .init("Alert"), .init("Severity", .status), .init("Status", .status),
                .init("Where"), .init("Found"), .init("Since", .time, sortedBy: "triggeredAt"),
            ] + (isFile ? more : []),
            rows: alerts.map { alert in
                let place = places[alert.deviceID]
                let more: [Value] = [
                    .number(alert.count), .time(alert.lastTriggeredAt), .id(alert.deviceID),
                    .id(alert.id),
                ]
                return [
                    .link(AlertWords.title(alert.type), to: AlertWords.path(alert.id)),
                    AlertWords.severity(alert), AlertWords.status(alert),
                    .text(place?.words ?? alert.deviceID), .text(AlertWords.finding(alert)),
                    .time(alert.triggeredAt),
                ] + (isFile ? more : [])
            },
            empty: .init(
                "Nothing is wrong",
                "When a device is too warm, loses power or falls silent, it stands here."
            )
        )
    }
}
