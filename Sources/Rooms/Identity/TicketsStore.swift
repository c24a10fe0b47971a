import Base
import Crypto
import Database
import House

/// The rows of `stream_tickets`.
enum TicketsStore {
    /// Whom a ticket stands for, as it was when it was made.
    struct Ticket {
        let userID: String
        let roles: Set<Role>
        let warrant: Warrant
    }

    static func insert(
        _ ticket: Ticket,
        digest: [UInt8],
        expiresAt: Instant,
        _ tx: Transaction
    ) throws {
        var sessionID: String?
        var keyDigest: [UInt8]?
        switch ticket.warrant.basis {
        case .session(let id)?: sessionID = id
        case .key(let digest)?: keyDigest = Hex.decode(digest)
        case nil: break
        }
        try tx.execute(
            """
            INSERT INTO stream_tickets (digest, user_id, session_id, key_digest, roles,
                rights_version, rights_end_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            digest,
            ticket.userID,
            sessionID,
            keyDigest,
            ticket.roles.map(\.rawValue).sorted().joined(separator: ","),
            ticket.warrant.version,
            ticket.warrant.endsAt,
            expiresAt
        )
    }

    /// Of several who come with one ticket, the first gets it.
    static func take(digest: [UInt8], at now: Instant, _ database: MariaDB) throws -> Ticket? {
        try database.row(
            """
            DELETE FROM stream_tickets WHERE digest = ? AND expires_at > ?
            RETURNING user_id, roles, session_id, key_digest, rights_version, rights_end_at
            """,
            digest,
            now
        ) { row in
            let userID = try row.string()
            let roles = try row.string().split(separator: ",").compactMap {
                Role(rawValue: String($0))
            }
            let session = try row.optionalString().map { Warrant.Basis.session(id: $0) }
            let key = try row.optionalBytes().map { Warrant.Basis.key(digest: Hex.encode($0)) }
            return Ticket(
                userID: userID,
                roles: Set(roles),
                warrant: Warrant(
                    basis: session ?? key,
                    version: try row.int64(),
                    endsAt: try row.optionalInstant()
                )
            )
        }
    }

    static func deleteExpired(
        before end: Instant,
        rowsMax: Int,
        _ database: MariaDB
    ) throws -> Int {
        let outcome = try database.execute(
            "DELETE FROM stream_tickets WHERE expires_at < ? ORDER BY expires_at LIMIT ?",
            end,
            rowsMax
        )
        return Int(outcome.affectedRows)
    }
}
