import Base
import Crypto
import Database
import HTTP
import House

/// `POST auth/password`: a new password for whoever knows the old one; other sessions end.
enum ChangePassword {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try change(call, tx)
        return .noContent
    }

    static func change(_ call: Call, _ tx: Transaction) throws {
        let caller = try call.caller()
        let person = try PeopleStore.load(caller.id, tx)
        let input = try call.input(PasswordChange.self)
        if let weakness = PasswordPolicy.check(input.newPassword, email: person.email) {
            throw IdentityRefusal.weakPassword("newPassword", weakness)
        }
        try AccountLimit.take(person.id, call)
        let hash = try PeopleStore.passwordHash(of: person.id, tx) ?? ""
        guard call.worker.passwords.verifies(input.currentPassword, against: hash) else {
            throw Problem.invalid([
                FieldError(
                    field: "currentPassword",
                    code: "wrong_password",
                    message: "is not the current password"
                )
            ])
        }
        try NewPassword.set(input.newPassword, of: person, keeping: caller.sessionID, call, tx)
    }
}

struct PasswordChange: Input {
    let currentPassword: String
    let newPassword: String

    init(_ fields: inout Fields) {
        currentPassword = fields.value("currentPassword", .password, isRequired: true) ?? ""
        newPassword = fields.newPassword("newPassword", email: "")
    }
}

/// What every way to a new password does.
enum NewPassword {
    static func set(
        _ password: String,
        of person: Person,
        keeping sessionID: String?,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        let hash = call.worker.passwords.hash(password)
        try PeopleStore.setPasswordHash(hash, of: person.id, tx)
        try EmailTokensStore.removePasswordLinks(of: person.id, tx)
        try SessionsStore.revokeAll(
            of: person.id,
            but: sessionID,
            at: call.worker.clock.now,
            tx
        )
        try PersonalMail.passwordChanged(to: person, call, tx)
    }
}
