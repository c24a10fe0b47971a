import Base
import Crypto
import Database
import HTTP
import House

/// `POST auth/totp`: begins the enrolment; nothing changes for sign-in until it is confirmed.
enum BeginTwoFactor {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        .json(try begin(call, tx), status: 201)
    }

    static func begin(_ call: Call, _ tx: Transaction) throws -> EnrolmentReply {
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
        return EnrolmentReply(
            secret: totp.secretText,
            uri: uri(totp, of: person),
            recoveryCodes: codes
        )
    }

    static func uri(_ totp: TOTP, of person: Person) -> String {
        totp.uri(issuer: "Entrepot", account: person.email)
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
        try confirm(call, tx)
        return .noContent
    }

    static func confirm(_ call: Call, _ tx: Transaction) throws {
        let userID = try call.caller().id
        let code = try call.input(CodeInput.self).code
        try AccountLimit.take(userID, call)
        guard let enrolment = try SecondFactorStore.lock(of: userID, tx), !enrolment.isConfirmed
        else { throw Problem(409, "totp_not_begun", "There is nothing to confirm") }
        let now = call.worker.clock.now
        let totp = try SecondFactor.open(enrolment.sealedSecret, of: userID, call)
        guard let step = totp.step(of: code, at: now) else { throw CodeInput.wrong }
        try SecondFactorStore.confirm(userID, step: step, at: now, tx)
    }
}

/// `DELETE auth/totp`: off again, for whoever has a code.
enum EndTwoFactor {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try end(call, tx)
        return .noContent
    }

    static func end(_ call: Call, _ tx: Transaction) throws {
        try CodeInput.check(call, tx)
        try SecondFactorStore.remove(try call.caller().id, tx)
    }
}

/// New recovery codes for whoever has a code; the older ones are dead.
enum RenewRecoveryCodes {
    static func renew(_ call: Call, _ tx: Transaction) throws -> [String] {
        try CodeInput.check(call, tx)
        return try replace(of: try call.caller().id, tx)
    }

    static func replace(of userID: String, _ tx: Transaction) throws -> [String] {
        let codes = RecoveryCode.makeAll()
        try SecondFactorStore.replaceCodes(userID, codes.map(RecoveryCode.digest), tx)
        return codes
    }
}

struct CodeInput: Input {
    let code: String

    init(_ fields: inout Fields) {
        code = fields.text("code", 1...40)
    }

    /// Takes one code of the caller's app, or one of the recovery codes.
    static func check(_ call: Call, _ tx: Transaction) throws {
        let userID = try call.caller().id
        let code = try call.input(CodeInput.self).code
        try AccountLimit.take(userID, call)
        switch try SecondFactor.check(code, of: userID, call, tx) {
        case .notEnrolled: throw Problem(409, "totp_not_enabled", "Two-factor sign-in is off")
        case .missing, .wrong: throw wrong
        case .accepted: break
        }
    }

    static var wrong: Problem {
        .invalid([FieldError(field: "code", code: "wrong_code", message: "is not the code now")])
    }
}
