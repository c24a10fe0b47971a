import Base
import House
import Jobs

/// Forgets sessions, links and failed sign-ins that mean nothing any more.
enum DeleteExpired {
    /// For as long somebody may want to know why a session or a link does not work.
    private static let keptSeconds: Int64 = 7 * 86_400
    private static let rowsMax = 500
    private static let partsMax = 200

    static var job: Job {
        Job(
            "identity.delete-expired",
            "Deletes sessions, mailed links and failed sign-ins that ended more than 7 days ago.",
            .every(seconds: 3600)
        ) { context in
            let end = context.clock.now.adding(seconds: -keptSeconds)
            let database = context.database
            let counts = try [
                SessionsStore.deleteExpired, EmailTokensStore.deleteExpired,
                SignInFailuresStore.deleteOld,
            ].map { delete in
                try context.inParts(of: rowsMax, partsMax: partsMax) {
                    try delete(end, rowsMax, database)
                }
            }
            let numbers = counts.map { NumberText.grouped(Int64($0)) }
            return .done(
                "Deleted \(numbers[0]) sessions, \(numbers[1]) links, "
                    + "\(numbers[2]) records of failed sign-ins."
            )
        }
    }
}
