import Base
import Crypto
import Database
import HTTP
import House

/// Begins sessions and goes on with them: the pair of tokens that a client holds.
enum SignIn {
    static let userAgentScalarsMax = 300

    /// A new session of the API, with its first pair.
    static func begin(_ person: Person, _ call: Call, _ tx: Transaction) throws -> SignedInReply {
        let session = session(of: person, .api, call)
        try SessionsStore.insert(session, secretDigest: nil, tx)
        return try pair(person, sessionID: session.id, call, tx)
    }

    /// A new session of the pages; its secret goes into a cookie, and only the digest stays here.
    ///
    /// Whatever cookie came along, somebody else may have put it there: it never becomes the
    /// secret.
    static func beginPages(_ person: Person, _ call: Call, _ tx: Transaction) throws -> String {
        if let older = call.principal?.sessionID {
            try SessionsStore.revoke(older, at: call.worker.clock.now, tx)
        }
        let secret = PageSession.makeSecret()
        let session = session(of: person, .pages, call)
        try SessionsStore.insert(session, secretDigest: digest(secret), tx)
        return secret
    }

    private static func session(of person: Person, _ kind: Session.Kind, _ call: Call) -> Session {
        let now = call.worker.clock.now
        return Session(
            id: call.worker.makeID("ses"),
            userID: person.id,
            kind: kind,
            userAgent: userAgent(call),
            address: call.request.remoteAddress,
            createdAt: now,
            lastUsedAt: now,
            expiresAt: expiry(call, now)
        )
    }

    /// The next pair of a session that goes on.
    static func next(
        _ person: Person,
        sessionID: String,
        _ call: Call,
        _ tx: Transaction
    ) throws -> SignedInReply {
        let now = call.worker.clock.now
        try SessionsStore.touch(sessionID, at: now, expiresAt: expiry(call, now), tx)
        return try pair(person, sessionID: sessionID, call, tx)
    }

    private static func pair(
        _ person: Person,
        sessionID: String,
        _ call: Call,
        _ tx: Transaction
    ) throws -> SignedInReply {
        let now = call.worker.clock.now
        let claims: JSONObject = [
            "sub": .string(person.id), "sid": .string(sessionID),
            "ver": .integer(person.tokenVersion), "jti": .string(call.worker.makeID("tok")),
            "roles": .array(Person.ordered(person.roles).map { .string($0) }),
        ]
        let seconds = call.worker.settings.token.accessSeconds
        guard let access = call.worker.tokens.sign(claims, at: now, seconds: seconds) else {
            throw Fault("there is no key to sign access tokens: set ENTREPOT_TOKEN_KEY_FILE")
        }
        let refresh = "rt_" + Base64URL.encode(randomBytes(32))
        try SessionsStore.insert(
            refreshDigest: digest(refresh),
            sessionID: sessionID,
            at: now,
            tx
        )
        return SignedInReply(
            user: person,
            accessToken: access,
            refreshToken: refresh,
            expiresIn: seconds
        )
    }

    /// As much of it as the row takes, in code points as the database counts them.
    private static func userAgent(_ call: Call) -> String {
        let given = call.request.headers["user-agent"] ?? ""
        return String(given.unicodeScalars.prefix(userAgentScalarsMax))
    }

    static func digest(_ token: String) -> [UInt8] {
        SHA256.digest(Array(token.utf8))
    }

    private static func expiry(_ call: Call, _ now: Instant) -> Instant {
        now.adding(seconds: Int64(call.worker.settings.token.refreshSeconds))
    }
}

/// What a client gets when somebody has signed in.
struct SignedInReply: Reply {
    let user: Person
    let accessToken: String
    let refreshToken: String
    let expiresIn: Int

    func write(to reply: inout ReplyWriter) {
        reply.put("user", user)
        reply.put("accessToken", accessToken)
        reply.put("refreshToken", refreshToken)
        reply.put("tokenType", "Bearer")
        reply.put("expiresIn", expiresIn)
    }

    static var sample: SignedInReply {
        SignedInReply(
            user: .sample,
            accessToken: "eyJhbGciOi…",
            refreshToken: "rt_…",
            expiresIn: 900
        )
    }
}
