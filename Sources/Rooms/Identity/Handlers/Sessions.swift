import Base
import Database
import HTTP
import House

/// `GET auth/sessions`: where the caller is signed in.
enum ListSessions {
    static func handle(_ call: Call) throws -> Response {
        let caller = try call.caller()
        let sessions = try SessionsStore.list(
            userID: caller.id,
            at: call.worker.clock.now,
            call.worker.database
        )
        return .json(
            ItemsReply(
                items: sessions.map {
                    SessionReply(session: $0, isCurrent: $0.id == caller.sessionID)
                }
            )
        )
    }
}

/// `DELETE auth/sessions/:id`: ends one of the caller's own.
enum RevokeSession {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try revoke(call, tx)
        return .noContent
    }

    static func revoke(_ call: Call, _ tx: Transaction) throws {
        let isRevoked = try SessionsStore.revoke(
            try call.id("id", prefix: "ses"),
            of: try call.caller().id,
            at: call.worker.clock.now,
            tx
        )
        guard isRevoked else { throw Problem.notFound }
    }
}
