import Base
import Crypto
import Database
import House

/// The rows of `sessions` and `refresh_tokens`.
enum SessionsStore {
    /// What a live session lets its holder be at the moment.
    struct Standing {
        let person: Person
        let sessionID: String
        let lastUsedAt: Instant
    }

    struct RefreshToken {
        let sessionID: String
        let usedAt: Instant?
    }

    static func insert(_ session: Session, secretDigest: [UInt8]?, _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO sessions (id, user_id, kind, secret_digest, user_agent, address, created_at,
                last_used_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            session.id,
            session.userID,
            session.kind.rawValue,
            secretDigest,
            session.userAgent,
            session.address,
            session.createdAt,
            session.lastUsedAt,
            session.expiresAt
        )
    }

    /// Nothing, once the session was revoked or has expired, or its person was disabled.
    static func findStanding(
        sessionID: String,
        at now: Instant,
        _ queries: some Queries
    ) throws -> Standing? {
        let found = try queries.row(
            """
            SELECT id, user_id, last_used_at FROM sessions
            WHERE id = ? AND revoked_at IS NULL AND expires_at > ?
            """,
            sessionID,
            now,
            as: readKey
        )
        return try found.flatMap { try standing($0, queries) }
    }

    static func findStanding(
        secretDigest: [UInt8],
        at now: Instant,
        _ queries: some Queries
    ) throws -> Standing? {
        let found = try queries.row(
            """
            SELECT id, user_id, last_used_at FROM sessions
            WHERE secret_digest = ? AND revoked_at IS NULL AND expires_at > ?
            """,
            secretDigest,
            now,
            as: readKey
        )
        return try found.flatMap { try standing($0, queries) }
    }

    /// Of these, the ones that stand, with the version of their person's rights.
    static func versions(
        of ids: [String],
        at now: Instant,
        _ queries: some Queries
    ) throws -> [(id: String, version: Int64)] {
        var sql = SQLText(
            """
            SELECT s.id, u.token_version FROM sessions s JOIN users u ON u.id = s.user_id
            WHERE s.revoked_at IS NULL AND s.expires_at > ? AND u.status = 'active' AND s.id
            """,
            now
        )
        sql.appendIn(ids)
        return try queries.rows(sql) { (id: try $0.string(), version: try $0.int64()) }
    }

    private typealias Key = (id: String, userID: String, lastUsedAt: Instant)

    private static func readKey(_ row: inout Row) throws -> Key {
        (id: try row.string(), userID: try row.string(), lastUsedAt: try row.instant())
    }

    private static func standing(_ key: Key, _ queries: some Queries) throws -> Standing? {
        guard let person = try PeopleStore.find(key.userID, queries), person.status == .active
        else { return nil }
        return Standing(person: person, sessionID: key.id, lastUsedAt: key.lastUsedAt)
    }

    static func list(userID: String, at now: Instant, _ queries: some Queries) throws -> [Session] {
        try queries.rows(
            """
            SELECT id, user_id, kind, user_agent, address, created_at, last_used_at, expires_at
            FROM sessions WHERE user_id = ? AND revoked_at IS NULL AND expires_at > ?
            ORDER BY last_used_at DESC, id DESC LIMIT 100
            """,
            userID,
            now
        ) { row in
            Session(
                id: try row.string(),
                userID: try row.string(),
                kind: Session.Kind(rawValue: try row.string()) ?? .api,
                userAgent: try row.string(),
                address: try row.string(),
                createdAt: try row.instant(),
                lastUsedAt: try row.instant(),
                expiresAt: try row.instant()
            )
        }
    }

    /// Whether there was such a session of this person to revoke.
    static func revoke(
        _ id: String,
        of userID: String,
        at now: Instant,
        _ tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE sessions SET revoked_at = ?
            WHERE id = ? AND user_id = ? AND revoked_at IS NULL
            """,
            now,
            id,
            userID
        ).affectedRows > 0
    }

    static func revoke(_ id: String, at now: Instant, _ tx: Transaction) throws {
        try tx.execute(
            "UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
            now,
            id
        )
    }

    /// All of a person's sessions but one, or all of them.
    static func revokeAll(
        of userID: String,
        but kept: String?,
        at now: Instant,
        _ tx: Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE sessions SET revoked_at = ?
            WHERE user_id = ? AND revoked_at IS NULL AND NOT (id <=> ?)
            """,
            now,
            userID,
            kept
        )
    }

    static func touch(
        _ id: String,
        at now: Instant,
        expiresAt: Instant,
        _ tx: Transaction
    ) throws {
        try tx.execute(
            "UPDATE sessions SET last_used_at = ?, expires_at = ? WHERE id = ?",
            now,
            expiresAt,
            id
        )
    }

    /// Notes that a session is in use; one that somebody is just changing is left alone.
    static func touchWithoutWaiting(
        _ id: String,
        at now: Instant,
        expiresAt: Instant,
        _ queries: some Queries
    ) throws {
        try queries.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = 0 FOR
            UPDATE sessions SET last_used_at = ?, expires_at = ?
            WHERE id = ? AND revoked_at IS NULL AND expires_at > ?
            """,
            now,
            expiresAt,
            id,
            now
        )
    }

    static func insert(
        refreshDigest: [UInt8],
        sessionID: String,
        at now: Instant,
        _ tx: Transaction
    ) throws {
        try tx.execute(
            "INSERT INTO refresh_tokens (digest, session_id, created_at) VALUES (?, ?, ?)",
            refreshDigest,
            sessionID,
            now
        )
    }

    /// Locked, so that of many uses at once the second sees that there was a first.
    static func lock(refreshDigest: [UInt8], _ tx: Transaction) throws -> RefreshToken? {
        try tx.row(
            "SELECT session_id, used_at FROM refresh_tokens WHERE digest = ? FOR UPDATE",
            refreshDigest
        ) { RefreshToken(sessionID: try $0.string(), usedAt: try $0.optionalInstant()) }
    }

    static func markUsed(refreshDigest: [UInt8], at now: Instant, _ tx: Transaction) throws {
        try tx.execute(
            "UPDATE refresh_tokens SET used_at = ? WHERE digest = ?",
            now,
            refreshDigest
        )
    }
}

extension SessionsStore {
    /// With their refresh tokens.
    static func deleteExpired(
        before end: Instant,
        rowsMax: Int,
        _ database: MariaDB
    ) throws -> Int {
        let outcome = try database.execute(
            "DELETE FROM sessions WHERE expires_at < ? ORDER BY expires_at LIMIT ?",
            end,
            rowsMax
        )
        return Int(outcome.affectedRows)
    }
}
