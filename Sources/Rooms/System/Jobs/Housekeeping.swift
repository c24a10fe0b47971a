import Base
import House
import Jobs
import Mail

/// Forgets mails that went out long ago.
enum DeleteSentMails {
    private static let keptSeconds: Int64 = 30 * 86_400
    private static let rowsMax = 1000
    private static let partsMax = 200

    static var job: Job {
        Job(
            "mail.delete-sent",
            "Deletes mails that were sent more than 30 days ago.",
            .every(seconds: 3600)
        ) { context in
            let end = context.clock.now.adding(seconds: -keptSeconds)
            let deleted = try context.inParts(of: rowsMax, partsMax: partsMax) {
                try MailsStore.deleteSent(before: end, rowsMax: rowsMax, context.database)
            }
            return .done("Deleted \(JobWords.count(deleted, "mail", "mails")).")
        }
    }
}

/// Keeps the history of jobs short enough to be read.
enum DeleteOldRuns {
    static let runsKept = 200
    private static let rowsMax = 1000
    private static let partsMax = 20

    static var job: Job {
        Job(
            "jobs.delete-runs",
            "Deletes all but the newest \(runsKept) runs of each job.",
            .every(seconds: 900)
        ) { context in
            var deleted = 0
            for name in try JobsStore.namesWithRuns(context.database) {
                deleted += try context.inParts(of: rowsMax, partsMax: partsMax) {
                    try JobsStore.deleteRuns(
                        of: name,
                        keeping: runsKept,
                        rowsMax: rowsMax,
                        context.database
                    )
                }
            }
            return .done("Deleted \(JobWords.count(deleted, "run", "runs")).")
        }
    }
}

/// How the outcomes of jobs are said.
enum JobWords {
    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(NumberText.grouped(Int64(number))) \(number == 1 ? one : many)"
    }
}
