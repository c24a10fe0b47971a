import Base
import Crypto
import Database
import HTTP

/// A client's wish that this request counts once: the key, whose it is, and what it was sent with.
struct IdempotencyClaim {
    static let keyLengthMax = 255
    /// Where a form bears its key: sent twice, by whatever chance, it counts once.
    static let formField = "idempotencyKey"
    static let keptHours = 72

    private let key: IdempotencyStore.Key
    /// A person who sent a form twice sees what came of the second, and wants that of the first.
    private let awaitsTwin: Bool
    private let eventCursor: String?

    /// Nothing, when the client did not ask for it.
    ///
    /// What is answered together is told its batch and its place there.
    init?(_ call: Call, in batchID: String? = nil, at place: Int = 0) throws(Problem) {
        guard let key = call.idempotencyKey else { return nil }
        awaitsTwin = call.route.audience == .people
        guard (1...IdempotencyClaim.keyLengthMax).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .malformed("Idempotency-Key must be 1 to 255 visible ASCII characters.")
        }
        let caller = call.principal.map { "\($0.kind) \($0.id)" } ?? call.request.remoteAddress
        let path = IdempotencyClaim.withoutBase(call.request.path)
        self.key = IdempotencyStore.Key(
            scope: SHA256.digest(Array("\(caller)\n\(path)\n\(key)".utf8)),
            bodyHash: SHA256.digest(call.request.body),
            batchID: batchID ?? IdempotencyClaim.makeBatchID(call.worker),
            place: place
        )
        eventCursor = call.eventCursor
    }

    static func makeBatchID(_ worker: Worker) -> String {
        Identifier.ulid(at: worker.clock.now, random: &worker.random)
    }

    /// Successes and the refusals of business rules; what a corrected or later request may turn out
    /// otherwise is not kept.
    static func keeps(_ status: Int) -> Bool {
        (200..<300).contains(status) || [303, 404, 409, 423].contains(status)
    }

    static func keptSince(_ now: Instant) -> Instant {
        now.adding(seconds: Int64(-keptHours * 3600))
    }

    /// The first answer, when there is one.
    ///
    /// The key goes in before anything else; a program's does not wait for a twin's lock.
    func insert(in tx: Transaction, now: Instant) throws -> Response? {
        do {
            try IdempotencyStore.insert([key], at: now, waits: awaitsTwin, in: tx)
            return nil
        } catch let error as DatabaseError where error.isLockTimeout {
            throw IdempotencyClaim.inProgress
        } catch let error as DatabaseError where error.isDuplicate {
            return try first(in: tx, now: now)
        }
    }

    /// Takes for granted that none was used before: where one was, the transaction fails later.
    static func sendAll(
        _ claims: [IdempotencyClaim],
        in tx: Transaction,
        now: Instant
    ) throws -> Bool {
        guard !claims.isEmpty else { return true }
        try tx.send(IdempotencyStore.insertion(of: claims.map(\.key), at: now))
        return true
    }

    /// False when one of them was used before, or twice: nothing has gone in then.
    static func insertAll(
        _ claims: [IdempotencyClaim],
        in tx: Transaction,
        now: Instant
    ) throws -> Bool {
        guard claims.count > 1 else { return claims.isEmpty }
        do {
            try IdempotencyStore.insert(claims.map(\.key), at: now, in: tx)
            return true
        } catch let error as DatabaseError where error.isLockTimeout || error.isDuplicate {
            return false
        }
    }

    static func completeAll(
        _ answers: [(claim: IdempotencyClaim, response: Response)],
        in tx: Transaction
    ) throws {
        try IdempotencyStore.insert(
            answers: answers.map { ($0.claim.key, $0.claim.kept($0.response)) },
            in: tx
        )
    }

    func complete(_ response: Response, in tx: Transaction) throws {
        try IdempotencyStore.insert(answers: [(key, kept(response))], in: tx)
    }

    /// As a repeat is answered: with the place in the order of the first.
    private func kept(_ response: Response) -> Response {
        eventCursor.map { response.with(Pipeline.cursorField, $0) } ?? response
    }

    func release(in tx: Transaction) throws {
        try IdempotencyStore.delete(scope: key.scope, in: tx)
    }

    private func first(in tx: Transaction, now: Instant) throws -> Response? {
        guard let record = try IdempotencyStore.find(scope: key.scope, in: tx) else {
            throw IdempotencyClaim.inProgress
        }
        let keptSince = IdempotencyClaim.keptSince(now)
        guard record.createdAt >= keptSince else {
            try renew(olderThan: keptSince, in: tx, now: now)
            return nil
        }
        guard record.bodyHash == key.bodyHash else {
            throw Problem(
                422,
                "idempotency_key_reused",
                "This key was used for another request",
                detail: "The body differs from the first request's: use a new key."
            )
        }
        // A twin that was gathered into the same transaction.
        guard let response = record.response else { throw IdempotencyClaim.inProgress }
        return response.with("idempotency-replayed", "true")
    }

    private func renew(olderThan end: Instant, in tx: Transaction, now: Instant) throws {
        do {
            let isOurs = try IdempotencyStore.renew(key, at: now, olderThan: end, in: tx)
            guard isOurs else { throw IdempotencyClaim.inProgress }
        } catch let error as DatabaseError where error.isLockTimeout {
            throw IdempotencyClaim.inProgress
        }
    }

    private static var inProgress: Problem {
        Problem(
            409,
            "idempotency_in_progress",
            "The first request with this key is still running",
            detail: "Repeat it in a moment to get its answer."
        )
    }

    private static func withoutBase(_ path: String) -> Substring {
        for base in Router.bases where path.hasPrefix(base + "/") {
            return path.dropFirst(base.utf8.count)
        }
        return path[...]
    }
}

extension Call {
    /// What makes this request count once; handlers see only what is well formed.
    package var idempotencyKey: String? {
        guard request.method == .post else { return nil }
        return request.headers["idempotency-key"] ?? form[IdempotencyClaim.formField]
    }
}
