import Base
import Crypto
import Database
import HTTP
import House

/// `POST auth/totp`: begins the enrolment; nothing changes for sign-in until it is confirmed.
enum BeginTwoFactor {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let person = try PeopleStore.load(try call.caller().id, tx)
        guard try !SecondFactorStore.isEnrolled(person.id, tx) else {
            throw Problem(
                409,
                "totp_enabled",
                "Two-factor sign-in is on already",
                detail: "Turn it off first."
            )
        }
        let totp = TOTP.generate()
        let codes = RecoveryCode.makeAll()
        try SecondFactorStore.begin(
            person.id,
            sealedSecret: try SecondFactor.seal(totp, of: person.id, call),
            recoveryDigests: codes.map(RecoveryCode.digest),
            tx
        )
        return .json(
            EnrolmentReply(
                secret: totp.secretText,
                uri: totp.uri(issuer: "Entrepot", account: person.email),
                recoveryCodes: codes
            ),
            status: 201
        )
    }
}

struct EnrolmentReply: Reply {
    let secret: String
    let uri: String
    let recoveryCodes: [String]

    func write(to reply: inout ReplyWriter) {
        reply.put("secret", secret)
        reply.put("uri", uri)
        reply.put("recoveryCodes", recoveryCodes)
    }

    static var sample: EnrolmentReply {
        EnrolmentReply(
            secret: "JBSWY3DPEHPK3PXP",
            uri: "otpauth://totp/…",
            recoveryCodes: ["7kq2-m9xd-4hfa-w3pz"]
        )
    }
}

/// `POST auth/totp/confirm`: a first code proves that the app has the secret.
enum ConfirmTwoFactor {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let userID = try call.caller().id
        let code = try call.input(CodeInput.self).code
        try AccountLimit.take(userID, call)
        guard let enrolment = try SecondFactorStore.lock(of: userID, tx), !enrolment.isConfirmed
        else { throw Problem(409, "totp_not_begun", "There is nothing to confirm") }
        let now = call.worker.clock.now
        let totp = try SecondFactor.open(enrolment.sealedSecret, of: userID, call)
        guard let step = totp.step(of: code, at: now) else { throw CodeInput.wrong }
        try SecondFactorStore.confirm(userID, step: step, at: now, tx)
        return .noContent
    }
}

/// `DELETE auth/totp`: off again, for whoever has a code.
enum EndTwoFactor {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let userID = try call.caller().id
        let code = try call.input(CodeInput.self).code
        try AccountLimit.take(userID, call)
        switch try SecondFactor.check(code, of: userID, call, tx) {
        case .notEnrolled: throw Problem(409, "totp_not_enabled", "Two-factor sign-in is off")
        case .missing, .wrong: throw CodeInput.wrong
        case .accepted: try SecondFactorStore.remove(userID, tx)
        }
        return .noContent
    }
}

struct CodeInput: Input {
    let code: String

    init(_ fields: inout Fields) {
        code = fields.text("code", 1...40)
    }

    static var wrong: Problem {
        .invalid([FieldError(field: "code", code: "wrong_code", message: "is not the code now")])
    }
}
