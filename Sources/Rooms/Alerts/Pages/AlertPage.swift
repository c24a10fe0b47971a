import AlertEngine
import Devices
import HTTP
import House
import Outbox

/// `GET /admin/alerts/:id`: what is or was wrong, and what was done about it.
enum AlertPage {
    static func show(_ call: Call) throws -> Response {
        let alert = try AlertsDesk.find(call)
        let database = call.worker.database
        let place = try PlacesStore.places(ofDevices: [alert.deviceID], database)[alert.deviceID]
        return try Page.parts(
            [],
            about: try detail(alert, place, call),
            in: Frame(AlertWords.heading(alert, place), call.session)
                .under(Act("Alerts", AlertWords.path)),
            acts: acts(alert, call),
            following: AlertsPage.news(try AlertsScope(call, database), call),
            for: call
        )
    }

    private static func acts(_ alert: Alert, _ call: Call) -> [Act] {
        guard alert.isOpen, call.may(.resolveAlerts) else { return [] }
        let path = AlertWords.path(alert.id)
        let acknowledge = Act("Acknowledge", "\(path)/acknowledge", asks: true)
        return (alert.status == .active ? [acknowledge] : [])
            + [Act("Resolve", "\(path)/resolve", asks: true)]
    }

    private static func detail(
        _ alert: Alert,
        _ place: Place?,
        _ call: Call
    ) throws -> DetailView {
        let ids = [alert.acknowledgedBy, alert.resolvedBy].compactMap { $0 }
        let names = try call.worker.people.names(of: Set(ids), call.worker.database)
        func name(_ id: String?) -> Value {
            guard let id else { return .nothing }
            return .text(id == Alert.system ? "by itself" : names[id] ?? id)
        }
        var facts: [(name: String, value: Value)] = [
            ("Status", AlertWords.status(alert)), ("Severity", AlertWords.severity(alert)),
            ("Found", .text(AlertWords.finding(alert))),
            ("Where", AlertWords.coldCell(alert, place, call)),
            ("Device", AlertWords.device(alert, place, call)),
            ("Since", .time(alert.triggeredAt)), ("Last", .time(alert.lastTriggeredAt)),
            ("How often", .number(alert.count)),
        ]
        if alert.escalationLevel > 0 {
            facts.append(("Escalated", .text("level \(alert.escalationLevel)")))
        }
        if let at = alert.acknowledgedAt {
            facts += [("Acknowledged", .time(at)), ("By", name(alert.acknowledgedBy))]
        }
        if let at = alert.resolvedAt {
            facts += [("Resolved", .time(at)), ("Resolved by", name(alert.resolvedBy))]
        }
        if let note = alert.note { facts.append(("Note", .text(note))) }
        return DetailView("Alert", facts + [("Id", .id(alert.id))])
    }
}
