import Base
import Jobs
import Ledger
import Outbox

/// Gives postings that nobody had to wait for their places in the chains.
enum FoldPostings {
    private static let partsMax = 100

    static var job: Job {
        Job(
            "ledger.fold",
            "Gives loose postings their places in the chains of their accounts.",
            .every(seconds: 2),
            isNeeded: { try LooseFolding.isDue(at: $0.clock.now, $0.database) },
            run
        )
    }

    private static func run(_ context: JobContext) throws -> JobOutcome {
        let folded = try context.inParts(of: LooseFolding.countMax, partsMax: partsMax) {
            try LooseFolding.fold(at: context.clock.now, context.database)
        }
        return .done("Folded \(JobWords.count(folded, "posting", "postings")).")
    }
}

/// Gives what was held back free again, once the time of the hold is over.
enum ExpireHolds {
    private static let countMax = 500
    private static let partsMax = 20

    static var job: Job {
        Job(
            "ledger.expire-holds",
            "Gives free what is held back past the end of its hold.",
            .every(seconds: 5),
            isNeeded: { try Ledger.hasExpiredHolds(at: $0.clock.now, $0.database) },
            run
        )
    }

    private static func run(_ context: JobContext) throws -> JobOutcome {
        let expired = try context.inParts(of: countMax, partsMax: partsMax) {
            try Ledger.expireHolds(at: context.clock.now, count: countMax, context.database)
        }
        return .done("Ended \(JobWords.count(expired, "hold", "holds")).")
    }
}

/// Recomputes the whole ledger once a day, and tells everybody concerned what came of it.
enum VerifyLedger {
    static let name = "ledger.verify"

    static var job: Job {
        Job(
            name,
            "Recomputes every posting, balance and hold, and names the first that does not fit.",
            .daily(hour: 3, minute: 30),
            run
        )
    }

    private static func run(_ context: JobContext) throws -> JobOutcome {
        let found = try LedgerVerification.run(context.database) { try context.goOn() }
        try context.transaction { tx in
            try Outbox.append(
                [event(found, context)],
                from: context.source,
                at: context.clock.now,
                in: tx
            )
        }
        let extent =
            JobWords.count(found.postings, "posting", "postings") + " of "
            + JobWords.count(found.accounts, "account", "accounts")
        guard let flaw = found.flaws.first else { return .done("Verified \(extent).") }
        let more = found.flaws.count > 1 ? " (and \(found.flaws.count - 1) more)" : ""
        return .alarm("The ledger is broken: \(flaw)\(more). Looked at \(extent).")
    }

    private static func event(_ found: LedgerVerification, _ context: JobContext) -> NewEvent {
        var data: JSONObject = [
            "accounts": .integer(Int64(found.accounts)),
            "postings": .integer(Int64(found.postings)),
        ]
        if !found.isSound { data["flaws"] = .array(found.flaws.map { .string($0) }) }
        return NewEvent(
            id: context.makeID(Outbox.idPrefix),
            found.isSound ? "ledger.verified" : "ledger.broken",
            on: ["system"],
            data
        )
    }
}
