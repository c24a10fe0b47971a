import Base
import Crypto
import Database
import HTTP
import House

/// Secrets that are sent by mail: they work once and for a while, and only their digest is kept.
enum EmailTokensStore {
    enum Purpose: String {
        case verify, reset, invite

        var lifeSeconds: Int64 {
            switch self {
            case .verify: 3 * 86_400
            case .reset: 3600
            case .invite: 86_400
            }
        }
    }

    static func make(
        _ purpose: Purpose,
        for userID: String,
        at now: Instant,
        _ tx: Transaction
    ) throws -> String {
        let token = Base64URL.encode(randomBytes(32))
        try tx.execute(
            """
            INSERT INTO email_tokens (digest, user_id, purpose, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?)
            """, digest(token), userID, purpose.rawValue, now,
            now.adding(seconds: purpose.lifeSeconds))
        return token
    }

    /// Whom the token is for; it is used up by this.
    static func use(
        _ token: String,
        _ purpose: Purpose,
        at now: Instant,
        _ tx: Transaction
    ) throws -> String {
        let found = try tx.row(
            """
            SELECT user_id, expires_at, used_at FROM email_tokens
            WHERE digest = ? AND purpose = ? FOR UPDATE
            """, digest(token), purpose.rawValue
        ) { (try $0.string(), try $0.instant(), try $0.optionalInstant()) }
        guard let (userID, expiresAt, usedAt) = found, usedAt == nil else {
            throw IdentityRefusal.invalidToken
        }
        guard now < expiresAt else { throw IdentityRefusal.expiredToken }
        try tx.execute("UPDATE email_tokens SET used_at = ? WHERE digest = ?", now, digest(token))
        return userID
    }

    private static func digest(_ token: String) -> [UInt8] {
        SHA256.digest(Array(token.utf8))
    }
}
