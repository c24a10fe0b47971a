import Base
import Jobs

/// Forgets sessions, links, tickets and failed sign-ins that mean nothing any more.
enum DeleteExpired {
    /// For as long somebody may want to know why a session or a link does not work.
    private static let keptSeconds: Int64 = 7 * 86_400
    private static let rowsMax = 500
    private static let partsMax = 200

    static var job: Job {
        Job(
            "identity.delete-expired",
            "Deletes sessions, links, tickets and failed sign-ins that ended more than 7 days ago.",
            .every(seconds: 3600)
        ) { context in
            let end = context.clock.now.adding(seconds: -keptSeconds)
            let database = context.database
            let counts = try [
                SessionsStore.deleteExpired, EmailTokensStore.deleteExpired,
                SignInFailuresStore.deleteOld, TicketsStore.deleteExpired,
            ].map { delete in
                try context.inParts(of: rowsMax, partsMax: partsMax) {
                    try delete(end, rowsMax, database)
                }
            }
            let words = [
                ("session", "sessions"), ("link", "links"),
                ("record of failed sign-ins", "records of failed sign-ins"),
                ("ticket", "tickets"),
            ]
            let said = zip(counts, words).map { IdentityWords.count($0, $1.0, $1.1) }
            return .done("Deleted \(said.joined(separator: ", ")).")
        }
    }
}
