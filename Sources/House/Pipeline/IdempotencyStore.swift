import Base
import Database
import HTTP

/// The rows of `idempotency_keys` and `idempotency_answers`.
enum IdempotencyStore {
    struct Key {
        let scope: [UInt8]
        let bodyHash: [UInt8]
        let answerID: String
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
        let patience: StaticString =
            waits
            ? "SET STATEMENT innodb_lock_wait_timeout = 3 FOR "
            : "SET STATEMENT innodb_lock_wait_timeout = 0 FOR "
        var sql = SQLText(patience)
        sql.append(
            "INSERT INTO idempotency_keys (scope, body_hash, answer_id, created_at) VALUES"
        )
        sql.appendRows(keys.map { [$0.scope, $0.bodyHash, $0.answerID, now] })
        try tx.execute(sql)
    }

    static func find(scope: [UInt8], in tx: Transaction) throws -> Record? {
        try tx.row(
            """
            SELECT k.body_hash, k.created_at, a.status, a.headers, a.body
            FROM idempotency_keys k LEFT JOIN idempotency_answers a ON a.id = k.answer_id
            WHERE k.scope = ?
            """,
            scope
        ) { row in
            Record(
                bodyHash: try row.bytes(),
                createdAt: try row.instant(),
                response: try response(&row)
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
            UPDATE idempotency_keys SET body_hash = ?, answer_id = ?, created_at = ?
            WHERE scope = ? AND created_at < ?
            """,
            key.bodyHash,
            key.answerID,
            now,
            key.scope,
            end
        )
        return changed.affectedRows == 1
    }

    static func insert(
        answers: [(key: Key, response: Response)],
        in tx: Transaction
    ) throws {
        guard !answers.isEmpty else { return }
        var sql = SQLText("INSERT INTO idempotency_answers (id, status, headers, body) VALUES")
        sql.appendRows(
            answers.map { key, response in
                [
                    key.answerID, response.status, encode(headers: response.headers),
                    response.body,
                ]
            }
        )
        try tx.send(sql)
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
            DELETE FROM idempotency_answers WHERE id < ? ORDER BY id LIMIT ?
            """,
            Identifier.ulidStart(at: end.adding(seconds: -3600)),
            rowsMax
        )
    }

    private static func response(_ row: inout Row) throws -> Response? {
        let status = try row.optionalInt64()
        let headers = try row.optionalString()
        let body = try row.optionalBytes()
        guard let status, let headers, let body else { return nil }
        return Response(status: Int(status), headers: decode(headers: headers), body: body)
    }

    private static func encode(headers: Headers) -> String {
        JSON.array(headers.fields.map { .array([.string($0.name), .string($0.value)]) }).text
    }

    private static func decode(headers text: String) -> Headers {
        guard let pairs = try? JSON(parsing: text).array else { return Headers() }
        return Headers(
            pairs.compactMap { pair in
                guard let sides = pair.array, sides.count == 2, let name = sides[0].string,
                    let value = sides[1].string
                else { return nil }
                return (name, value)
            }
        )
    }
}
