import Base
import Jobs
import Readings

/// Deletes dead letters that nobody wanted.
enum DeleteDeadLetters {
    private static let keptDays: Int64 = 30
    private static let lettersOfPart = 1000
    private static let partsMax = 1000

    static var job: Job {
        Job(
            "readings.delete-dead-letters",
            "Deletes dead letters of 30 days ago.",
            .every(seconds: 3600)
        ) { context in
            let moment = context.clock.now.adding(seconds: -keptDays * 86_400)
            let count = try context.inParts(of: lettersOfPart, partsMax: partsMax) {
                try context.transaction { tx in
                    try DeadLettersStore.deleteOld(before: moment, limit: lettersOfPart, tx)
                }
            }
            return .done("Deleted \(count).")
        }
    }
}
