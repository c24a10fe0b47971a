import Base
import Database
import HTTP

/// The rows of `idempotency_keys` and `idempotency_batches`.
enum IdempotencyStore {
    struct Key {
        let scope: [UInt8]
        let bodyHash: [UInt8]
        /// Where its answer will be: the batch of what is answered together, and the place in it.
        let batchID: String
        let place: Int
    }

    struct Record {
        let bodyHash: [UInt8]
        let createdAt: Instant
        /// Nothing while the first is being answered.
        let response: Response?
    }

    /// `waits` for a twin for a moment; else its lock counts as a refusal at once.
    static func insert(
        _ keys: [Key],
        at now: Instant,
        waits: Bool = false,
        in tx: Transaction
    ) throws {
        try tx.execute(insertion(of: keys, at: now, waits: waits))
    }

    static func insertion(of keys: [Key], at now: Instant, waits: Bool = false) -> SQLText {
        let patience: StaticString =
            waits
            ? "SET STATEMENT innodb_lock_wait_timeout = 3 FOR "
            : "SET STATEMENT innodb_lock_wait_timeout = 0 FOR "
        var sql = SQLText(patience)
        sql.append(
            "INSERT INTO idempotency_keys (scope, body_hash, batch_id, place, created_at) VALUES"
        )
        sql.appendRows(keys.map { [$0.scope, $0.bodyHash, $0.batchID, $0.place, now] })
        return sql
    }

    static func find(scope: [UInt8], in tx: Transaction) throws -> Record? {
        try tx.row(
            """
            SELECT k.body_hash, k.created_at, k.place, b.answers
            FROM idempotency_keys k LEFT JOIN idempotency_batches b ON b.id = k.batch_id
            WHERE k.scope = ?
            """,
            scope
        ) { row in
            let bodyHash = try row.bytes()
            let createdAt = try row.instant()
            let place = try row.int()
            return Record(
                bodyHash: bodyHash,
                createdAt: createdAt,
                response: try row.optionalBytes().flatMap {
                    try AnswerBatch.answer(at: place, in: $0)
                }
            )
        }
    }

    /// Takes a key over that has served its time; false when another request was first.
    static func renew(
        _ key: Key,
        at now: Instant,
        olderThan end: Instant,
        in tx: Transaction
    ) throws -> Bool {
        let changed = try tx.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = 0 FOR
            UPDATE idempotency_keys SET body_hash = ?, batch_id = ?, place = ?,
                created_at = ?
            WHERE scope = ? AND created_at < ?
            """,
            key.bodyHash,
            key.batchID,
            key.place,
            now,
            key.scope,
            end
        )
        return changed.affectedRows == 1
    }

    /// Of keys that share their batch.
    static func insert(
        answers: [(key: Key, response: Response)],
        in tx: Transaction
    ) throws {
        guard let id = answers.first?.key.batchID else { return }
        try tx.send(
            SQLText(
                "INSERT INTO idempotency_batches (id, answers) VALUES (?, ?)",
                id,
                AnswerBatch.encode(answers.map { ($0.key.place, $0.response) })
            )
        )
    }

    static func delete(scope: [UInt8], in tx: Transaction) throws {
        _ = try tx.execute("DELETE FROM idempotency_keys WHERE scope = ?", scope)
    }

    /// The oldest first, waiting for nobody.
    ///
    /// Without gap locks, on which the insertion of a new key would take itself for a twin's.
    static func delete(olderThan end: Instant, rowsMax: Int, in database: MariaDB) throws {
        try database.runScript("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        try database.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = 0, max_statement_time = 1 FOR
            DELETE FROM idempotency_keys WHERE created_at < ? ORDER BY created_at LIMIT ?
            """,
            end,
            rowsMax
        )
        // Later than the keys, since whoever finds a key looks for its answer.
        try database.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = 0, max_statement_time = 1 FOR
            DELETE FROM idempotency_batches WHERE id < ? ORDER BY id LIMIT ?
            """,
            Identifier.ulidStart(at: end.adding(seconds: -3600)),
            rowsMax
        )
    }
}
