import Base
import Database
import HTTP
import Scoreboard

/// Runs a gathering route: one transaction holds what all requests that are ready together change,
/// and the records of their idempotency keys.
struct Gathering {
    typealias Verdict = Result<Response, any Error>
    typealias Handle = ([Call], Transaction) throws -> [Verdict]

    private enum Turn {
        case settled(Verdict)
        case open(Call, IdempotencyClaim?)
    }

    private let worker: Worker
    private let handle: Handle

    init(_ worker: Worker, _ handle: @escaping Handle) {
        self.worker = worker
        self.handle = handle
    }

    /// A verdict for each call, in their order.
    func run(_ calls: [Call]) -> [Verdict] {
        worker.slot.observe(.gathered, UInt64(calls.count))
        do {
            do {
                return try run(calls, trusting: true)
            } catch let error as DatabaseError where error.isDuplicate {
                return try run(calls, trusting: false)
            }
        } catch {
            return calls.map { _ in .failure(error) }
        }
    }

    /// Trusting that all keys are new, which they nearly always are, nobody waits for the database
    /// to say so; where one is not, nothing of it is kept, and the next try looks.
    private func run(_ calls: [Call], trusting: Bool) throws -> [Verdict] {
        var trusts = trusting
        return try worker.database.transaction { tx in
            defer { trusts = false }
            return try settled(try turns(of: calls, in: tx, trusting: trusts), in: tx)
        }
    }

    /// By itself, because what it does must go while the others' work is kept.
    func tryDry(_ call: Call) throws -> Response {
        _ = try IdempotencyClaim(call)
        return try worker.database.transactionEnding { tx in
            .rollback(try verdicts(of: [call], in: tx)[0].get())
        }
    }

    /// Puts all keys in at once; only when one of them was used before, one after the other.
    private func turns(
        of calls: [Call],
        in tx: Transaction,
        trusting: Bool
    ) throws -> [Turn] {
        let batchID = IdempotencyClaim.makeBatchID(worker)
        let claims = calls.enumerated().map { place, call in
            Result { try IdempotencyClaim(call, in: batchID, at: place) }
        }
        let wanted = claims.compactMap { (try? $0.get()) ?? nil }
        let now = worker.clock.now
        let areNew =
            try trusting
            ? IdempotencyClaim.sendAll(wanted, in: tx, now: now)
            : IdempotencyClaim.insertAll(wanted, in: tx, now: now)
        return try zip(calls, claims).map { call, claim in
            do {
                guard let claim = try claim.get() else { return .open(call, nil) }
                if areNew { return .open(call, claim) }
                guard let first = try claim.insert(in: tx, now: now) else {
                    return .open(call, claim)
                }
                worker.slot.add(.idempotentReplays, 1)
                return .settled(.success(first))
            } catch let problem as Problem {
                return .settled(.failure(problem))
            }
        }
    }

    private func settled(_ turns: [Turn], in tx: Transaction) throws -> [Verdict] {
        let calls = turns.compactMap { turn -> Call? in
            guard case .open(let call, _) = turn else { return nil }
            return call
        }
        var rest = try verdicts(of: calls, in: tx)[...]
        var answers: [(IdempotencyClaim, Response)] = []
        let settled: [Verdict] = try turns.map { turn in
            switch turn {
            case .settled(let verdict): return verdict
            case .open(let call, let claim):
                let verdict = rest.removeFirst()
                guard let claim else { return verdict }
                let (response, isKept) = Gathering.recordable(verdict, of: call)
                guard let response, isKept else {
                    try claim.release(in: tx)
                    return response.map { .success($0) } ?? verdict
                }
                answers.append((claim, response))
                return .success(response)
            }
        }
        try IdempotencyClaim.completeAll(answers, in: tx)
        return settled
    }

    private func verdicts(of calls: [Call], in tx: Transaction) throws -> [Verdict] {
        guard !calls.isEmpty else { return [] }
        let verdicts = try handle(calls, tx)
        precondition(verdicts.count == calls.count, "a gathering route answers every request")
        return verdicts
    }

    /// What a repeat would be answered with, and whether it is.
    private static func recordable(
        _ verdict: Verdict,
        of call: Call
    ) -> (response: Response?, isKept: Bool) {
        let response: Response
        switch verdict {
        case .success(let given): response = given
        case .failure(let problem as Problem):
            response = problem.response(requestID: call.request.id)
        case .failure: return (nil, false)
        }
        return (response, IdempotencyClaim.keeps(response.status))
    }
}
