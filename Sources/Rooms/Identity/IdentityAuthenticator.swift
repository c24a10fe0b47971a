package import Base
import Crypto
package import Database
package import HTTP
package import House

/// Proves callers by access token, API key or the cookie of the pages.
///
/// A signature is checked once and remembered; whether the session behind it still stands is read
/// again after `standingSeconds`, so that whatever ends a session ends its tokens, Redis or not.
package final class IdentityAuthenticator: Authenticator {
    package static let standingSeconds: UInt64 = 4
    private static let rememberedMax = 10_000
    /// The use of a session of the pages is noted no more often.
    static let noteSeconds: Int64 = 60

    /// What a true signature said.
    private struct Claims {
        let subject: String
        let sessionID: String?
        let tokenVersion: Int64
        let roles: Set<Role>
        let expiresAt: Instant
    }

    /// What the database said, and when.
    private struct Remembered {
        let principal: Principal
        let tokenVersion: Int64
        let readAtNanoseconds: UInt64
    }

    private let verifier: TokenVerifier
    private let clock: Clock
    private let sessionSeconds: Int64
    private var claims: [String: Claims] = [:]
    private var standings: [String: Remembered] = [:]

    /// How long a session of the pages lasts after it was used.
    package init(_ keys: TokenKeys, clock: Clock, sessionSeconds: Int) {
        verifier = keys.verifier
        self.clock = clock
        self.sessionSeconds = Int64(sessionSeconds)
    }

    package func principal(
        of request: Request,
        by proof: Route.Proof,
        _ database: MariaDB
    ) throws -> Principal? {
        if proof == .cookie { return try visitor(request, database) }
        guard let header = request.headers["authorization"] else {
            return proof == .headerTicketOrCookie ? try reader(request, database) : nil
        }
        guard header.lowercased().hasPrefix("bearer ") else { throw Problem.unauthenticated }
        let credential = String(header.dropFirst(7))
        if APIKey.isOne(credential) { return try owner(ofKey: credential, database) }
        return try holder(ofToken: credential, database)
    }

    /// Whoever cannot send a header.
    ///
    /// A page of another origin, which says so, may not use a cookie to read what our own pages
    /// read.
    private func reader(_ request: Request, _ database: MariaDB) throws -> Principal? {
        if let ticket = request.query["ticket"] { return try maker(ofTicket: ticket, database) }
        return request.headers["origin"] == nil ? try visitor(request, database) : nil
    }

    /// Whoever made the ticket, so far as they still are who they were then.
    private func maker(ofTicket secret: String, _ database: MariaDB) throws -> Principal {
        let digest = SignIn.digest(secret)
        guard let ticket = try TicketsStore.take(digest: digest, at: clock.now, database) else {
            throw Problem.unauthenticated
        }
        let maker = try maker(of: ticket, database)
        guard var maker, maker.id == ticket.userID, let warrant = maker.warrant,
            warrant.version == ticket.warrant.version
        else { throw Problem.unauthenticated }
        maker.warrant = ticket.warrant
        return maker
    }

    private func maker(of ticket: TicketsStore.Ticket, _ database: MariaDB) throws -> Principal? {
        switch ticket.warrant.basis {
        case .session(let id)?:
            return try SessionsStore.findStanding(sessionID: id, at: clock.now, database).map {
                principal($0)
            }
        case .key(let digest)?:
            return try Hex.decode(digest).flatMap {
                try APIKeysStore.findStanding(digest: $0, at: clock.now, database)
            }
        case nil:
            return Principal(
                id: ticket.userID,
                roles: ticket.roles,
                name: ticket.userID,
                isEmailVerified: true,
                warrant: ticket.warrant
            )
        }
    }

    /// Nobody for a cookie that stands for no session: it may be one that has ended, or one that
    /// only tells forms apart.
    private func visitor(_ request: Request, _ database: MariaDB) throws -> Principal? {
        guard let secret = PageSession.secret(of: request) else { return nil }
        let digest = SignIn.digest(secret)
        let found = try remembered(Hex.encode(digest)) {
            try SessionsStore.findStanding(secretDigest: digest, at: clock.now, database).map {
                noteUse($0, database)
                return (principal($0), $0.person.tokenVersion)
            }
        }
        return found?.principal
    }

    /// The life of a session slides on while it is used.
    private func noteUse(_ standing: SessionsStore.Standing, _ database: MariaDB) {
        let now = clock.now
        let noted = standing.lastUsedAt.adding(seconds: IdentityAuthenticator.noteSeconds)
        guard now >= noted else { return }
        // Whoever reads a page gets it, also while the row is locked or cannot be written.
        _ = Result {
            try SessionsStore.touchWithoutWaiting(
                standing.sessionID,
                at: now,
                expiresAt: now.adding(seconds: sessionSeconds),
                database
            )
        }
    }

    private func holder(ofToken token: String, _ database: MariaDB) throws -> Principal {
        let claims = try verified(token)
        guard let sessionID = claims.sessionID else {
            // Signed by the operator on the host itself: there is no session to look at.
            return Principal(
                id: claims.subject,
                roles: claims.roles,
                name: claims.subject,
                isEmailVerified: true,
                warrant: Warrant(basis: nil, version: 0, endsAt: claims.expiresAt)
            )
        }
        let found = try remembered(sessionID) {
            try SessionsStore.findStanding(sessionID: sessionID, at: clock.now, database).map {
                (principal($0), $0.person.tokenVersion)
            }
        }
        guard let found, found.tokenVersion == claims.tokenVersion,
            found.principal.id == claims.subject
        else { throw Problem.unauthenticated }
        var holder = found.principal
        holder.warrant = Warrant(
            basis: .session(id: sessionID),
            version: claims.tokenVersion,
            endsAt: claims.expiresAt
        )
        return holder
    }

    private func owner(ofKey key: String, _ database: MariaDB) throws -> Principal {
        let digest = APIKey.digest(key)
        let found = try remembered(Hex.encode(digest)) {
            try APIKeysStore.findStanding(digest: digest, at: clock.now, database).map {
                ($0, 0)
            }
        }
        guard let found else { throw Problem.unauthenticated }
        return found.principal
    }

    private func verified(_ token: String) throws(Problem) -> Claims {
        if let known = claims[token] {
            guard clock.now < known.expiresAt else { throw .unauthenticated }
            return known
        }
        let object: JSONObject
        do {
            object = try verifier.verify(token, at: clock.now)
        } catch {
            // Which of the reasons it was helps only whoever forges.
            throw .unauthenticated
        }
        guard let subject = object["sub"]?.string, let expiry = object["exp"]?.integer
        else { throw .unauthenticated }
        let roles = (object["roles"]?.array ?? []).compactMap { $0.string.flatMap(Role.init) }
        let fresh = Claims(
            subject: subject,
            sessionID: object["sid"]?.string,
            tokenVersion: object["ver"]?.integer ?? 0,
            roles: Set(roles + [.user]),
            expiresAt: Instant(milliseconds: expiry * 1000)
        )
        if claims.count >= IdentityAuthenticator.rememberedMax { claims.removeAll() }
        claims[token] = fresh
        return fresh
    }

    private func remembered(
        _ key: String,
        _ read: () throws -> (Principal, Int64)?
    ) throws -> Remembered? {
        let now = monotonicNanoseconds()
        if let known = standings[key],
            now < known.readAtNanoseconds + IdentityAuthenticator.standingSeconds * 1_000_000_000
        {
            return known
        }
        standings[key] = nil
        guard let (principal, tokenVersion) = try read() else { return nil }
        if standings.count >= IdentityAuthenticator.rememberedMax { standings.removeAll() }
        let fresh = Remembered(
            principal: principal,
            tokenVersion: tokenVersion,
            readAtNanoseconds: now
        )
        standings[key] = fresh
        return fresh
    }

    private func principal(_ standing: SessionsStore.Standing) -> Principal {
        let person = standing.person
        return Principal(
            id: person.id,
            roles: person.roles,
            name: person.displayName,
            email: person.email,
            timeZone: person.timeZone,
            sessionID: standing.sessionID,
            organisationID: person.organisation?.id,
            isEmailVerified: person.emailVerifiedAt != nil,
            warrant: Warrant(
                basis: .session(id: standing.sessionID),
                version: person.tokenVersion
            )
        )
    }
}
