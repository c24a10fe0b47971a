import Base
import Database
import HTTP
import Scoreboard

/// Runs a handler that changes something: one transaction holds the change and the record of its
/// idempotency key; a dry run does everything and keeps nothing.
///
/// A handler that throws undoes what it did. One that *returns* a refusal keeps it: a blocked
/// shipment is recorded, a failed sign-in is counted.
struct Writing {
    private let call: Call
    private let worker: Worker

    init(_ call: Call) {
        self.call = call
        worker = call.worker
    }

    func run(_ handle: (Call, Transaction) throws -> Response) throws -> Response {
        let claim = try IdempotencyClaim(call)
        return try worker.database.transactionEnding { tx in
            if call.isDryRun { return dry(try handle(call, tx)) }
            guard let claim else { return .commit(try handle(call, tx)) }
            if let first = try claim.insert(in: tx, now: worker.clock.now) {
                worker.slot.add(.idempotentReplays, 1)
                return .rollback(first)
            }
            return try once(claim, handle, tx)
        }
    }

    /// A wrong guess of a secret counts however it was sent, else a dry run would try passwords
    /// without end.
    private func dry(_ response: Response) -> Ending<Response> {
        let isGuess = call.route.limit == .authentication && response.status >= 400
        return isGuess ? .commit(response) : .rollback(response)
    }

    /// A form that was refused is shown again, with another key.
    private func keeps(_ problem: Problem) -> Bool {
        call.route.audience == .programs && IdempotencyClaim.keeps(problem.status)
    }

    private func once(
        _ claim: IdempotencyClaim,
        _ handle: (Call, Transaction) throws -> Response,
        _ tx: Transaction
    ) throws -> Ending<Response> {
        try tx.savepoint("handled")
        do {
            let response = try handle(call, tx)
            if IdempotencyClaim.keeps(response.status) {
                try claim.complete(response, in: tx)
            } else {
                try claim.release(in: tx)
            }
            return .commit(response)
        } catch let problem as Problem where keeps(problem) {
            try tx.rollback(to: "handled")
            let response = problem.response(requestID: call.request.id)
            try claim.complete(response, in: tx)
            return .commit(response)
        }
    }
}
