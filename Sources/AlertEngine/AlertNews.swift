import Base
import Database
import HTTP
import Outbox

/// What is told of alerts: events at once, and what people are to be written about.
enum AlertNews {
    static func tell(_ changes: [AlertChange], _ terms: AlertTerms, in tx: Transaction) throws {
        guard !changes.isEmpty else { return }
        try Outbox.append(
            changes.map { event($0, id: terms.makeID(Outbox.idPrefix)) },
            from: terms.source,
            at: terms.now,
            in: tx
        )
        try NoticesStore.insert(changes, at: terms.now, in: tx)
    }

    private static func event(_ change: AlertChange, id: String) -> NewEvent {
        let alert = change.alert
        var topics = [Topic(.alerts).text, Topic(.devices, alert.deviceID).text]
        if let organisationID = alert.organisationID {
            topics.append(Topic(.alerts, organisationID).text)
        }
        var event = NewEvent(
            id: id,
            "alert.\(change.kind.rawValue)",
            on: topics,
            data: ReplyWriter.object { $0.put("alert", AlertReply(alert)) }
        )
        event.organisationID = alert.organisationID
        return event
    }
}
