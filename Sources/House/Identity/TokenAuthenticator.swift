package import Base
import Crypto
package import HTTP

/// Proves callers by their access token; what was verified is remembered until it expires, since a
/// signature costs more than all the rest of a cheap request.
package final class TokenAuthenticator {
    private static let rememberedMax = 10_000

    private let verifier: TokenVerifier
    private let clock: Clock
    private var remembered: [String: Principal] = [:]

    package init(_ keys: TokenKeys, clock: Clock) {
        verifier = keys.verifier
        self.clock = clock
    }

    /// Nobody without the header; a refusal with a wrong one, the same whatever is wrong with it.
    package func principal(of request: Request) throws(Problem) -> Principal? {
        guard let header = request.headers["authorization"] else { return nil }
        guard header.lowercased().hasPrefix("bearer ") else { throw .unauthenticated }
        let token = String(header.dropFirst(7))
        if let known = remembered[token] {
            if let expiresAt = known.expiresAt, clock.now < expiresAt { return known }
            remembered[token] = nil
        }
        let principal = try verified(token)
        if remembered.count >= TokenAuthenticator.rememberedMax { remembered.removeAll() }
        remembered[token] = principal
        return principal
    }

    private func verified(_ token: String) throws(Problem) -> Principal {
        guard let claims = try? verifier.verify(token, at: clock.now),
            let subject = claims["sub"]?.string, let expiry = claims["exp"]?.integer
        else { throw .unauthenticated }
        let roles = (claims["roles"]?.array ?? []).compactMap { $0.string.flatMap(Role.init) }
        return Principal(
            id: subject,
            kind: .user,
            roles: Set(roles + [.user]),
            expiresAt: Instant(milliseconds: expiry * 1000)
        )
    }
}
