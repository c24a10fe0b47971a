import Database
import HTTP
import House

/// `POST auth/password-reset-request`: 202 whoever asks for whomever, with the same work done.
enum RequestReset {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let email = try call.input(EmailInput.self).email
        try AccountLimit.take(email, call)
        let known = try PeopleStore.findCredentials(email: email, tx)
        if let person = known?.person, person.status == .active {
            try ResetMail.send(to: person, call, tx)
        } else {
            try ResetMail.sendNothing(call, tx)
        }
        return Response(status: 202)
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
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try call.input(ResetInput.self)
        let now = call.worker.clock.now
        let userID = try EmailTokensStore.use(input.token, .reset, at: now, tx)
        let person = try PeopleStore.lock(userID, tx)
        if let weakness = PasswordPolicy.check(input.password, email: person.email) {
            throw IdentityRefusal.weakPassword("password", weakness)
        }
        try NewPassword.set(input.password, of: person, keeping: nil, call, tx)
        try SignInFailuresStore.clear(email: person.email, tx)
        return .noContent
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
