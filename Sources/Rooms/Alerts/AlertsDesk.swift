import AlertEngine
import Base
import Database
import HTTP
import House

/// What people do with alerts, whether a program asks for it or a form.
enum AlertsDesk {
    /// One that the caller may see.
    static func find(_ call: Call) throws -> Alert {
        let id = try call.id("id", prefix: Alert.idPrefix)
        let database = call.worker.database
        guard let alert = try AlertsStore.find(id, database),
            try AlertsScope(call, database).covers(alert)
        else { throw Problem.notFound }
        return alert
    }

    /// Once is enough: of an alert that is acknowledged only the note changes.
    static func acknowledge(
        _ call: Call,
        _ tx: Transaction,
        with wish: (Alert) throws -> AlertNote
    ) throws -> Alert {
        try change("alert.acknowledged", .acknowledged, call, tx, with: wish) {
            alert,
            now,
            person in
            alert.acknowledge(at: alert.acknowledgedAt ?? now, by: alert.acknowledgedBy ?? person)
        }
    }

    static func resolve(
        _ call: Call,
        _ tx: Transaction,
        with wish: (Alert) throws -> AlertNote
    ) throws -> Alert {
        try change("alert.resolved", .resolved, call, tx, with: wish) { alert, now, person in
            alert.resolve(at: now, by: person)
        }
    }

    private static func change(
        _ action: String,
        _ kind: AlertChange.Kind,
        _ call: Call,
        _ tx: Transaction,
        with wish: (Alert) throws -> AlertNote,
        _ work: (inout Alert, Instant, String) -> Void
    ) throws -> Alert {
        let id = try call.id("id", prefix: Alert.idPrefix)
        guard let before = try AlertsStore.lock(id, in: tx),
            try AlertsScope(call, tx).covers(before)
        else { throw Problem.notFound }
        let note = try wish(before).note
        guard before.isOpen else { throw AlertRefusal.alreadyResolved(before) }
        let worker = call.worker
        let now = worker.clock.now
        var alert = before
        work(&alert, now, try call.caller().id)
        alert.note = note ?? alert.note
        alert.version += 1
        let terms = worker.settings.alerts.terms(
            at: now,
            from: worker.settings.source,
            makeID: worker.makeID
        )
        try AlertEngine.record([AlertChange(kind, alert)], terms, in: tx)
        try Audit.record(
            action,
            "alert",
            alert.id,
            before: AlertReply(before).snapshot,
            after: AlertReply(alert).snapshot,
            call,
            tx
        )
        return alert
    }
}
