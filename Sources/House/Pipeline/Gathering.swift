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
        do {
            return try worker.database.transaction { tx in
                let turns = try calls.map { try turn(of: $0, in: tx) }
                return try settled(turns, in: tx)
            }
        } catch {
            return calls.map { _ in .failure(error) }
        }
    }

    /// By itself, because what it does must go while the others' work is kept.
    func tryDry(_ call: Call) throws -> Response {
        try worker.database.transactionEnding { tx in
            .rollback(try verdicts(of: [call], in: tx)[0].get())
        }
    }

    private func turn(of call: Call, in tx: Transaction) throws -> Turn {
        do {
            guard let claim = try IdempotencyClaim(call) else { return .open(call, nil) }
            guard let first = try claim.insert(in: tx, now: worker.clock.now) else {
                return .open(call, claim)
            }
            worker.slot.add(.idempotentReplays, 1)
            return .settled(.success(first))
        } catch let problem as Problem {
            return .settled(.failure(problem))
        }
    }

    private func settled(_ turns: [Turn], in tx: Transaction) throws -> [Verdict] {
        let calls = turns.compactMap { turn -> Call? in
            guard case .open(let call, _) = turn else { return nil }
            return call
        }
        var rest = try verdicts(of: calls, in: tx)[...]
        return try turns.map { turn in
            switch turn {
            case .settled(let verdict): return verdict
            case .open(let call, let claim):
                let verdict = rest.removeFirst()
                guard let claim else { return verdict }
                return try recorded(verdict, of: call, under: claim, in: tx)
            }
        }
    }

    private func verdicts(of calls: [Call], in tx: Transaction) throws -> [Verdict] {
        guard !calls.isEmpty else { return [] }
        let verdicts = try handle(calls, tx)
        precondition(verdicts.count == calls.count, "a gathering route answers every request")
        return verdicts
    }

    private func recorded(
        _ verdict: Verdict,
        of call: Call,
        under claim: IdempotencyClaim,
        in tx: Transaction
    ) throws -> Verdict {
        let response: Response
        switch verdict {
        case .success(let given): response = given
        case .failure(let problem as Problem):
            response = problem.response(requestID: call.request.id)
        case .failure:
            try claim.release(in: tx)
            return verdict
        }
        if IdempotencyClaim.keeps(response.status) {
            try claim.complete(response, in: tx)
        } else {
            try claim.release(in: tx)
        }
        return .success(response)
    }
}
