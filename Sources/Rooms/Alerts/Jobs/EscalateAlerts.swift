import AlertEngine
import Base
import House
import Jobs

/// Makes alerts more urgent that nobody resolves, level by level.
enum EscalateAlerts {
    private static let checkSeconds: Int64 = 5
    private static let alertsAtOnce = 500
    private static let partsMax = 100

    static func job(_ household: Household) -> Job {
        Job(
            "alerts.escalate",
            "Makes alerts more urgent that nobody has resolved for a while.",
            .every(seconds: checkSeconds),
            isNeeded: { context in
                try AlertsStore.isAnyDue(at: context.clock.now, context.database)
            },
            { context in try run(context, household.settings.alerts) }
        )
    }

    private static func run(_ context: JobContext, _ settings: AlertSettings) throws -> JobOutcome {
        let sum = try context.inParts(of: alertsAtOnce, partsMax: partsMax) {
            let now = context.clock.now
            let terms = settings.terms(at: now, from: context.source, makeID: context.makeID)
            return try context.transaction { tx in
                let due = try AlertsStore.lockDue(at: now, countMax: alertsAtOnce, in: tx)
                let changes = due.map { AlertChange(.escalated, $0.escalated(by: terms)) }
                try AlertEngine.record(changes, terms, in: tx)
                return due.count
            }
        }
        return .done("Escalated \(sum) \(sum == 1 ? "alert" : "alerts").")
    }
}
