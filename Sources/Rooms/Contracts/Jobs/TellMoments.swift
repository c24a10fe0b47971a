import Base
import Database
import HTTP
import Jobs
import Outbox

/// Tells that contracts have started or passed their ends, once for each: nothing else happens to
/// them at these moments, and whoever looks on would not know.
enum TellMoments {
    private static let momentsMax = 1000

    static var job: Job {
        Job(
            "contracts.expire",
            "Tells which contracts have started, and which have passed their ends.",
            .every(seconds: 5),
            isNeeded: { context in
                guard context.mark != nil else { return true }
                return try next(context, after: context.mark) != nil
            },
            run
        )
    }

    /// Moment by moment, so that it goes on where it was ended.
    private static func run(_ context: JobContext) throws -> JobOutcome {
        guard var mark = context.mark else {
            let now = context.clock.now
            try context.transaction { tx in try context.advance(to: now, in: tx) }
            return .done("Begins with what happens from now on.")
        }
        var count = 0
        for _ in 0..<momentsMax {
            guard let moment = try next(context, after: mark) else { break }
            count += try context.transaction { tx in
                let events = try events(at: moment, context, tx)
                try Outbox.append(events, from: context.source, at: context.clock.now, in: tx)
                try context.advance(to: moment, in: tx)
                return events.count
            }
            mark = moment
            try context.goOn()
        }
        return .done("Told of \(count) \(count == 1 ? "contract" : "contracts").")
    }

    private static func next(_ context: JobContext, after mark: Instant?) throws -> Instant? {
        guard let mark else { return nil }
        return try ContractMomentsStore.next(
            after: mark,
            upTo: context.clock.now,
            context.database
        )
    }

    private static func events(
        at moment: Instant,
        _ context: JobContext,
        _ tx: Transaction
    ) throws -> [NewEvent] {
        try ContractMomentsStore.contracts(at: moment, tx).compactMap { contract in
            let type: String
            switch contract.status(at: moment) {
            case .expired where contract.endsAt == moment: type = "contract.expired"
            case .active where contract.startsAt == moment: type = "contract.started"
            case .active, .expired, .blocked, .locked: return nil
            }
            return NewEvent(
                id: context.makeID(Outbox.idPrefix),
                type,
                on: ["contracts", "contracts/\(contract.id)"],
                ["contract": ContractReply(contract: contract, now: moment).snapshot]
            )
        }
    }
}
