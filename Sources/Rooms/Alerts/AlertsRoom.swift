import AlertEngine
package import Database
import HTTP
package import House
package import Jobs

/// What is wrong with devices: who sees it, deals with it and is told.
package enum AlertsRoom: Room {
    package static let name = "Alerts"

    package static var routes: [Route] {
        [
            .get("alerts", .may(.readAlerts), "List alerts", ListAlerts.handle)
                .asks(AlertsQuery.self).replies(ListReply<AlertReply>.self),
            .get("alerts/:id", .may(.readAlerts), "One alert", ShowAlert.handle)
                .replies(AlertReply.self),
            .patch(
                "alerts/:id/acknowledge",
                .may(.resolveAlerts),
                "Say that somebody deals with an alert",
                AcknowledgeAlert.handle
            ).takes(AlertNote.self).replies(AlertReply.self),
            .patch(
                "alerts/:id/resolve",
                .may(.resolveAlerts),
                "Say that an alert is over",
                ResolveAlert.handle
            ).takes(AlertNote.self).replies(AlertReply.self),
        ] + pages
    }

    package static func jobs(_ household: Household) -> [Job] {
        [
            CheckSilence.job(household), EscalateAlerts.job(household),
            WriteNotices.job(household),
        ]
    }

    package static func flaws(_ tx: Transaction) throws -> [String] {
        try AlertsStore.doubles(countMax: 20, tx)
    }

    package static func overview(_ call: Call) throws -> [Region] {
        try AlertsOverview.regions(call)
    }
}
