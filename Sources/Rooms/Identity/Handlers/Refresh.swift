import Base
import Database
import HTTP
import House

/// `POST auth/refresh`: a new pair for a refresh token, which is dead from then on.
enum Refresh {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try call.input(RefreshInput.self)
        let digest = SignIn.digest(input.refreshToken)
        let now = call.worker.clock.now
        guard let token = try SessionsStore.lock(refreshDigest: digest, tx) else {
            throw IdentityRefusal.refreshInvalid
        }
        guard token.usedAt == nil else {
            // Two have the token, and one of them stole it: neither keeps the session.
            try SessionsStore.revoke(token.sessionID, at: now, tx)
            return IdentityRefusal.refreshReused.response(requestID: call.request.id)
        }
        guard
            let standing = try SessionsStore.findStanding(sessionID: token.sessionID, at: now, tx)
        else { throw IdentityRefusal.refreshInvalid }
        try SessionsStore.markUsed(refreshDigest: digest, at: now, tx)
        return .json(try SignIn.next(standing.person, sessionID: token.sessionID, call, tx))
    }
}

struct RefreshInput: Input {
    let refreshToken: String

    init(_ fields: inout Fields) {
        refreshToken = fields.text("refreshToken", 1...200)
    }
}
