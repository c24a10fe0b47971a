import Base
import Database
import HTTP

/// Deletes keys that have served their time: a few, for every so many that came, once the answers
/// are out.
final class IdempotencySweep {
    private static let keysBetween = 64
    /// More than come meanwhile, so that what has piled up goes away.
    private static let rowsMax = 128

    private let worker: Worker
    private var keysLeft: Int

    init(_ worker: Worker) {
        self.worker = worker
        // Workers start together: they shall not all sweep at once.
        keysLeft = Int.random(in: 1...IdempotencySweep.keysBetween, using: &worker.random)
    }

    func run(after requests: [Request]) {
        keysLeft -= requests.count {
            $0.method == .post && $0.headers["idempotency-key"] != nil
        }
        guard keysLeft <= 0 else { return }
        keysLeft = IdempotencySweep.keysBetween
        do {
            try IdempotencyStore.delete(
                olderThan: IdempotencyClaim.keptSince(worker.clock.now),
                rowsMax: IdempotencySweep.rowsMax,
                in: worker.database
            )
        } catch let error as DatabaseError where error.isLockTimeout {
            // Another worker is at it.
        } catch {
            worker.log.warning("old keys stay for now", ["error": .string("\(error)")])
        }
        // The next request has not spent this.
        _ = worker.database.takeStatistics()
    }
}
