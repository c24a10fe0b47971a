import Base
import Database
import HTTP
import House

/// `POST auth/logout`: ends the caller's session, with its access token and its refresh tokens.
enum Logout {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let caller = try call.caller()
        let now = call.worker.clock.now
        let input = try call.input(LogoutInput.self)
        if let sessionID = caller.sessionID {
            try SessionsStore.revoke(sessionID, at: now, tx)
        }
        if let other = input.refreshToken,
            let token = try SessionsStore.lock(
                refreshDigest: SignIn.digest(other),
                tx
            )
        {
            _ = try SessionsStore.revoke(token.sessionID, of: caller.id, at: now, tx)
        }
        return .noContent
    }
}

struct LogoutInput: Input {
    let refreshToken: String?

    init(_ fields: inout Fields) {
        refreshToken = fields.optionalText("refreshToken", 1...200)
    }
}
