import Base
import Database
import HTTP

/// The rows of `idempotency_keys`.
enum IdempotencyStore {
    struct Record {
        let bodyHash: [UInt8]
        let createdAt: Instant
        /// Nothing while the first is being answered.
        let response: Response?
    }

    static func insert(
        scope: [UInt8],
        bodyHash: [UInt8],
        at now: Instant,
        waits: Bool,
        in tx: Transaction
    ) throws {
        let atOnce: StaticString =
            """
            SET STATEMENT innodb_lock_wait_timeout = 0 FOR
            INSERT INTO idempotency_keys (scope, body_hash, created_at) VALUES (?, ?, ?)
            """
        let soon: StaticString =
            """
            SET STATEMENT innodb_lock_wait_timeout = 3 FOR
            INSERT INTO idempotency_keys (scope, body_hash, created_at) VALUES (?, ?, ?)
            """
        try tx.execute(waits ? soon : atOnce, scope, bodyHash, now)
    }

    static func insert(
        _ keys: [(scope: [UInt8], bodyHash: [UInt8])],
        at now: Instant,
        in tx: Transaction
    ) throws {
        var sql = SQLText(
            """
            SET STATEMENT innodb_lock_wait_timeout = 0 FOR
            INSERT INTO idempotency_keys (scope, body_hash, created_at) VALUES
            """
        )
        sql.appendRows(keys.map { [$0.scope, $0.bodyHash, now] })
        try tx.execute(sql)
    }

    static func find(scope: [UInt8], in tx: Transaction) throws -> Record? {
        try tx.row(
            """
            SELECT body_hash, created_at, status, headers, body
            FROM idempotency_keys WHERE scope = ?
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
        scope: [UInt8],
        bodyHash: [UInt8],
        at now: Instant,
        olderThan end: Instant,
        in tx: Transaction
    ) throws -> Bool {
        let changed = try tx.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = 0 FOR
            UPDATE idempotency_keys
            SET body_hash = ?, status = NULL, headers = NULL, body = NULL, created_at = ?
            WHERE scope = ? AND created_at < ?
            """,
            bodyHash,
            now,
            scope,
            end
        )
        return changed.affectedRows == 1
    }

    static func complete(scope: [UInt8], response: Response, in tx: Transaction) throws {
        _ = try tx.execute(
            "UPDATE idempotency_keys SET status = ?, headers = ?, body = ? WHERE scope = ?",
            response.status,
            encode(headers: response.headers),
            response.body,
            scope
        )
    }

    /// One statement for many rows; none of them is ever new.
    static func complete(
        _ answers: [(scope: [UInt8], response: Response)],
        in tx: Transaction
    ) throws {
        var sql = SQLText(
            """
            INSERT INTO idempotency_keys (scope, body_hash, created_at, status, headers, body)
            VALUES
            """
        )
        sql.appendRows(
            answers.map { scope, response in
                [
                    scope, [UInt8](), Instant(milliseconds: 0), response.status,
                    encode(headers: response.headers), response.body,
                ]
            }
        )
        sql.append(
            """
             ON DUPLICATE KEY UPDATE status = VALUES(status), headers = VALUES(headers),
                body = VALUES(body)
            """
        )
        try tx.execute(sql)
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
