import Base
import Database
import HTTP

/// The rows of `idempotency_keys`.
enum IdempotencyStore {
    struct Record {
        let bodyHash: [UInt8]
        let response: Response
    }

    static func insert(
        scope: [UInt8],
        bodyHash: [UInt8],
        at now: Instant,
        in tx: Transaction
    ) throws {
        _ = try tx.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = 0 FOR
            INSERT INTO idempotency_keys (scope, body_hash, created_at) VALUES (?, ?, ?)
            """,
            scope,
            bodyHash,
            now
        )
    }

    static func find(scope: [UInt8], in tx: Transaction) throws -> Record? {
        try tx.row(
            "SELECT body_hash, status, headers, body FROM idempotency_keys WHERE scope = ?",
            scope
        ) { row in
            let bodyHash = try row.bytes()
            let status = try row.int()
            let headers = decode(headers: try row.string())
            return Record(
                bodyHash: bodyHash,
                response: Response(status: status, headers: headers, body: try row.bytes())
            )
        }
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

    static func delete(scope: [UInt8], in tx: Transaction) throws {
        _ = try tx.execute("DELETE FROM idempotency_keys WHERE scope = ?", scope)
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
