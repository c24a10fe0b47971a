import Base
import Database
import Devices
import Jobs

/// Ends commands that no device has answered in their time, and tells so.
enum ExpireCommands {
    private static let partCount = 200
    private static let partsMax = 50

    static var job: Job {
        Job(
            "devices.expire-commands",
            "Ends commands that were not answered in their time.",
            .every(seconds: 5),
            isNeeded: { context in
                try CommandsStore.hasOverdue(at: context.clock.now, context.database)
            },
            run
        )
    }

    private static func run(_ context: JobContext) throws -> JobOutcome {
        let count = try context.inParts(of: partCount, partsMax: partsMax) {
            try context.transaction { tx in
                try CommandSteps(
                    at: context.clock.now,
                    from: context.source,
                    in: tx,
                    makeID: context.makeID
                ).expire(limit: partCount)
            }
        }
        return .done("Ended \(count) \(count == 1 ? "command" : "commands").")
    }
}
