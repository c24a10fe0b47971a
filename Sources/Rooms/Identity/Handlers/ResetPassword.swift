import Base
import Database
import HTTP
import House

/// `POST auth/password-reset-request`: 202 whoever asks for whomever, with the same work done.
enum RequestReset {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try send(call, tx)
        return Response(status: 202)
    }

    static func send(_ call: Call, _ tx: Transaction) throws {
        let email = try call.input(EmailInput.self).email
        try AccountLimit.take(email, call)
        let known = try PeopleStore.findCredentials(email: email, tx)
        let person = known?.person.status == .active ? known?.person : nil
        try PersonalMail.reset(to: person, call, tx)
        EqualTime.keep(call, tx)
    }
}

struct EmailInput: Input {
    let email: String

    init(_ fields: inout Fields) {
        email = fields.value("email", .email, isRequired: true) ?? ""
    }
}

/// `POST auth/password-reset`: a new password for whoever holds the mailed token; all sessions end.
enum ResetPassword {
    static let purposes: Set<EmailTokensStore.Purpose> = [.reset, .invite]

    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try set(call, tx)
        return .noContent
    }

    static func set(_ call: Call, _ tx: Transaction) throws {
        let input = try call.input(ResetInput.self)
        let now = call.worker.clock.now
        let link = try EmailTokensStore.use(input.token, purposes, at: now, tx)
        var person = try PeopleStore.lock(link.userID, tx)
        if let weakness = PasswordPolicy.check(input.password, email: person.email) {
            throw IdentityRefusal.weakPassword("password", weakness)
        }
        try NewPassword.set(input.password, of: person, keeping: nil, call, tx)
        try SignInFailuresStore.clear(email: person.email, tx)
        // Whoever has the mailed link reads that mailbox.
        if link.purpose == .reset, person.emailVerifiedAt == nil {
            person.emailVerifiedAt = now
            try PeopleStore.save(&person, tx)
        }
    }
}

struct ResetInput: Input {
    let token: String
    let password: String

    init(_ fields: inout Fields) {
        token = fields.text("token", 1...200)
        password = fields.newPassword("password", email: "")
    }
}
