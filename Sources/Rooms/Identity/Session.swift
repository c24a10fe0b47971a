import Base
import HTTP
import House

/// A device or browser on which somebody is signed in.
struct Session: Sendable, Equatable {
    enum Kind: String, CaseIterable, Sendable {
        case api, pages
    }

    let id: String
    let userID: String
    let kind: Kind
    let userAgent: String
    let address: String
    let createdAt: Instant
    var lastUsedAt: Instant
    var expiresAt: Instant
    var revokedAt: Instant?
}

/// A session as its owner sees it.
struct SessionReply: Reply {
    let session: Session
    let isCurrent: Bool

    func write(to reply: inout ReplyWriter) {
        reply.put("id", session.id)
        reply.put("kind", session.kind)
        reply.put("userAgent", session.userAgent)
        reply.put("address", session.address)
        reply.put("createdAt", session.createdAt)
        reply.put("lastUsedAt", session.lastUsedAt)
        reply.put("expiresAt", session.expiresAt)
        reply.put("current", isCurrent)
    }

    static var sample: SessionReply {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return SessionReply(
            session: Session(
                id: "ses_01HXYZ00000000000000000000",
                userID: "usr_01HXYZ00000000000000000000",
                kind: .api,
                userAgent: "curl/8",
                address: "192.0.2.1",
                createdAt: at,
                lastUsedAt: at,
                expiresAt: at.adding(seconds: 604_800)
            ),
            isCurrent: true
        )
    }
}
