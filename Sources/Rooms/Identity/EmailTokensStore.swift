import Base
import Crypto
import Database
import HTTP
import House

/// Secrets that are sent by mail: they work once and for a while, and only their digest is kept.
enum EmailTokensStore {
    enum Purpose: String {
        case verify, reset, invite, first

        var lifeSeconds: Int64 {
            switch self {
            case .verify: 3 * 86_400
            case .reset: 3600
            case .invite, .first: 86_400
            }
        }
    }

    /// Whom a token was sent to, and what for.
    struct Holder {
        let userID: String
        let purpose: Purpose
    }

    static func make(
        _ purpose: Purpose,
        for userID: String?,
        at now: Instant,
        _ tx: Transaction
    ) throws -> String {
        let token = Base64URL.encode(randomBytes(32))
        try tx.execute(
            """
            INSERT INTO email_tokens (digest, user_id, purpose, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?)
            """,
            digest(token),
            userID,
            purpose.rawValue,
            now,
            now.adding(seconds: purpose.lifeSeconds)
        )
        return token
    }

    /// Whom the token is for, never nobody; it is used up by this.
    static func use(
        _ token: String,
        _ purposes: Set<Purpose>,
        at now: Instant,
        _ tx: Transaction
    ) throws -> Holder {
        var sql = select(token)
        sql.append(" FOR UPDATE")
        let holder = try holder(sql, purposes, at: now, tx)
        try tx.execute("UPDATE email_tokens SET used_at = ? WHERE digest = ?", now, digest(token))
        return holder
    }

    /// Whom the token is for; it works as before.
    static func look(
        _ token: String,
        _ purposes: Set<Purpose>,
        at now: Instant,
        _ queries: some Queries
    ) throws -> Holder {
        try holder(select(token), purposes, at: now, queries)
    }

    private static func select(_ token: String) -> SQLText {
        SQLText(
            """
            SELECT user_id, purpose, expires_at, used_at FROM email_tokens
            WHERE digest = ? AND user_id IS NOT NULL
            """,
            digest(token)
        )
    }

    private static func holder(
        _ sql: SQLText,
        _ purposes: Set<Purpose>,
        at now: Instant,
        _ queries: some Queries
    ) throws -> Holder {
        let found = try queries.row(sql) {
            (
                userID: try $0.string(), purpose: Purpose(rawValue: try $0.string()),
                expiresAt: try $0.instant(), usedAt: try $0.optionalInstant()
            )
        }
        guard let found, let purpose = found.purpose, purposes.contains(purpose),
            found.usedAt == nil
        else { throw IdentityRefusal.invalidToken }
        guard now < found.expiresAt else { throw IdentityRefusal.expiredToken }
        return Holder(userID: found.userID, purpose: purpose)
    }

    /// Uses up the link of the first administrator.
    static func useFirst(_ token: String, at now: Instant, _ tx: Transaction) throws {
        var sql = selectFirst(token)
        sql.append(" FOR UPDATE")
        try checkFirst(sql, at: now, tx)
        try removeAll(.first, tx)
    }

    static func lookFirst(_ token: String, at now: Instant, _ queries: some Queries) throws {
        try checkFirst(selectFirst(token), at: now, queries)
    }

    private static func selectFirst(_ token: String) -> SQLText {
        SQLText(
            "SELECT expires_at FROM email_tokens WHERE digest = ? AND purpose = 'first'",
            digest(token)
        )
    }

    private static func checkFirst(
        _ sql: SQLText,
        at now: Instant,
        _ queries: some Queries
    ) throws {
        guard let expiresAt = try queries.row(sql, as: { try $0.instant() }) else {
            throw IdentityRefusal.invalidToken
        }
        guard now < expiresAt else { throw IdentityRefusal.expiredToken }
    }

    /// The links with which this person could have set a password.
    static func removePasswordLinks(of userID: String, _ tx: Transaction) throws {
        try tx.execute(
            "DELETE FROM email_tokens WHERE user_id = ? AND purpose IN ('reset', 'invite')",
            userID
        )
    }

    static func removeAll(_ purpose: Purpose, _ tx: Transaction) throws {
        try tx.execute("DELETE FROM email_tokens WHERE purpose = ?", purpose.rawValue)
    }

    private static func digest(_ token: String) -> [UInt8] {
        SHA256.digest(Array(token.utf8))
    }
}

extension EmailTokensStore {
    static func deleteExpired(
        before end: Instant,
        rowsMax: Int,
        _ database: MariaDB
    ) throws -> Int {
        // Read without locks first: no index leads to what has expired, and a deletion locks all
        // that it looks at.
        let digests = try database.rows(
            "SELECT digest FROM email_tokens WHERE expires_at < ? LIMIT ?",
            end,
            rowsMax
        ) { try $0.bytes() }
        guard !digests.isEmpty else { return 0 }
        var sql = SQLText("DELETE FROM email_tokens WHERE digest")
        sql.appendIn(digests)
        return Int(try database.execute(sql).affectedRows)
    }
}
