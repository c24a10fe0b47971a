import Base
import Database
import HTTP
import House

/// `GET auth/verify-email?token=`: the link in the mail; a program gets JSON, a browser a page.
enum VerifyEmail {
    static func handle(_ call: Call) throws -> Response {
        guard VerifiedPage.isWanted(by: call.request) else {
            try verify(call)
            return .json(VerifiedReply(verified: true))
        }
        do {
            try verify(call)
            return try VerifiedPage.done(call)
        } catch let problem as Problem where (400..<500).contains(problem.status) {
            return try VerifiedPage.refused(problem, call)
        }
    }

    /// A HEAD only looks: mail servers and previews ask so before the person does.
    private static func verify(_ call: Call) throws {
        let token = try call.query(TokenInput.self).token
        let worker = call.worker
        let now = worker.clock.now
        guard call.request.method != .head else {
            _ = try EmailTokensStore.look(token, [.verify], at: now, worker.database)
            return
        }
        try worker.database.transaction { tx in
            let userID = try EmailTokensStore.use(token, [.verify], at: now, tx).userID
            var person = try PeopleStore.lock(userID, tx)
            person.emailVerifiedAt = now
            try PeopleStore.save(&person, tx)
        }
    }
}

struct TokenInput: Input {
    let token: String

    init(_ fields: inout Fields) {
        token = fields.text("token", 1...200)
    }
}

struct VerifiedReply: Reply {
    let verified: Bool

    func write(to reply: inout ReplyWriter) {
        reply.put("verified", verified)
    }

    static var sample: VerifiedReply { VerifiedReply(verified: true) }
}

/// `POST auth/verify-email/resend`: the mail once more, while it is of use.
enum ResendVerification {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try PeopleStore.load(try call.caller().id, tx)
        if person.emailVerifiedAt == nil { try PersonalMail.verification(to: person, call, tx) }
        return Response(status: 202)
    }
}
