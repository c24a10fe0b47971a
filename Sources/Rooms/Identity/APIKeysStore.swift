import Base
import Crypto
import Database
import House

/// The rows of `api_keys`.
enum APIKeysStore {
    /// More would be a mistake of a script, not a need.
    static let perPersonMax = 50

    static func insert(_ key: APIKey, digest: [UInt8], _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO api_keys (id, user_id, name, prefix, digest, scopes, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            key.id,
            key.userID,
            key.name,
            key.prefix,
            digest,
            key.scopes.map(\.text).sorted().joined(separator: ","),
            key.createdAt
        )
    }

    static func list(userID: String, _ queries: some Queries) throws -> [APIKey] {
        try queries.rows(
            """
            SELECT id, user_id, name, prefix, scopes, created_at, last_used_at FROM api_keys
            WHERE user_id = ? AND revoked_at IS NULL ORDER BY created_at DESC, id DESC
            """,
            userID,
            as: read
        )
    }

    static func revoke(
        _ id: String,
        of userID: String,
        at now: Instant,
        _ tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE api_keys SET revoked_at = ?
            WHERE id = ? AND user_id = ? AND revoked_at IS NULL
            """,
            now,
            id,
            userID
        ).affectedRows > 0
    }

    /// Whom a key makes its holder; notes the use, about as often as standings are read.
    static func findStanding(
        digest: [UInt8],
        at now: Instant,
        _ queries: some Queries
    ) throws -> Principal? {
        let found = try queries.row(
            """
            SELECT id, user_id, name, prefix, scopes, created_at, last_used_at FROM api_keys
            WHERE digest = ? AND revoked_at IS NULL
            """,
            digest,
            as: read
        )
        guard let key = found, let person = try PeopleStore.find(key.userID, queries),
            person.status == .active
        else { return nil }
        try queries.execute("UPDATE api_keys SET last_used_at = ? WHERE id = ?", now, key.id)
        return Principal(
            id: person.id,
            roles: person.roles,
            name: "\(person.displayName) (\(key.name))",
            organisationID: person.organisation?.id,
            isEmailVerified: person.emailVerifiedAt != nil,
            scopes: key.scopes,
            warrant: Warrant(
                basis: .key(digest: Hex.encode(digest)),
                version: person.tokenVersion
            )
        )
    }

    /// Of these, the ones that stand, with the version of their person's rights.
    static func versions(
        of digests: [[UInt8]],
        _ queries: some Queries
    ) throws -> [(digest: [UInt8], version: Int64)] {
        var sql = SQLText(
            """
            SELECT k.digest, u.token_version FROM api_keys k JOIN users u ON u.id = k.user_id
            WHERE k.revoked_at IS NULL AND u.status = 'active' AND k.digest
            """
        )
        sql.appendIn(digests)
        return try queries.rows(sql) { (digest: try $0.bytes(), version: try $0.int64()) }
    }

    private static func read(_ row: inout Row) throws -> APIKey {
        APIKey(
            id: try row.string(),
            userID: try row.string(),
            name: try row.string(),
            prefix: try row.string(),
            scopes: Set(
                try row.string().split(separator: ",").compactMap { Scope(String($0)) }
            ),
            createdAt: try row.instant(),
            lastUsedAt: try row.optionalInstant()
        )
    }
}
