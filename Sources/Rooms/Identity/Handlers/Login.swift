import Base
import Crypto
import Database
import HTTP
import House

/// `POST auth/login`: e-mail and password, and a one-time code where it was set up.
///
/// A refusal that counts is returned and not thrown, so that the count is kept.
enum Login {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let input = try call.input(Credentials.self)
        switch try SignInCheck.run(input, call, tx) {
        case .refused(let problem): return problem.response(requestID: call.request.id)
        case .needsCode: return IdentityRefusal.otpRequired.response(requestID: call.request.id)
        case .accepted(let person): return .json(try SignIn.begin(person, call, tx))
        }
    }
}

/// What somebody signs in with.
struct Credentials: Input {
    let email: String
    let password: String
    let otp: String?

    init(_ fields: inout Fields) {
        email = (fields.value("email", .text(1...254), isRequired: true) ?? "").lowercased()
        password = fields.value("password", .password, isRequired: true) ?? ""
        otp = fields.optionalText("otp", 1...40)
    }
}

/// The one place that decides whether somebody may come in, for the API and for the pages.
enum SignInCheck {
    enum Verdict {
        case accepted(Person)
        /// All was right but a one-time code is missing; with the hash that the password fitted.
        case needsCode(passwordHash: String)
        case refused(Problem)
    }

    static func run(_ input: Credentials, _ call: Call, _ tx: Transaction) throws -> Verdict {
        try run(email: input.email, otp: input.otp, call, tx) { hash in
            guard let hash else {
                // An unknown e-mail costs the same time and fails the same way.
                call.worker.passwords.dummyVerify(input.password)
                return false
            }
            return call.worker.passwords.verifies(input.password, against: hash)
        }
    }

    /// `knowsPassword` is asked with the hash of the account, or with nothing when there is none.
    static func run(
        email: String,
        otp: String?,
        _ call: Call,
        _ tx: Transaction,
        knowsPassword: (String?) throws -> Bool
    ) throws -> Verdict {
        let now = call.worker.clock.now
        if let seconds = try SignInFailuresStore.secondsLocked(email: email, at: now, tx) {
            return .refused(IdentityRefusal.locked(seconds: seconds))
        }
        try AccountLimit.take(email, call)

        let known = try PeopleStore.findCredentials(email: email, tx)
        let isRight = try knowsPassword(known?.passwordHash)
        guard let known, isRight, known.person.status == .active else {
            return try failed(email, known?.person, call, tx)
        }
        switch try SecondFactor.check(otp, of: known.person.id, call, tx) {
        case .notEnrolled, .accepted: break
        case .missing: return .needsCode(passwordHash: known.passwordHash)
        case .wrong: return try failed(email, known.person, call, tx)
        }
        // Others may have used up the attempts while this one was weighed.
        if let seconds = try SignInFailuresStore.lockAndClear(email: email, at: now, tx) {
            return .refused(IdentityRefusal.locked(seconds: seconds))
        }
        return .accepted(known.person)
    }

    private static func failed(
        _ email: String,
        _ person: Person?,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Verdict {
        switch try SignInFailuresStore.add(email: email, at: call.worker.clock.now, tx) {
        case .counted: break
        case .locks(let until):
            try PersonalMail.locked(person, until: until, call, tx)
            if let person { try IdentityEvents.locked(person, until: until, call, tx) }
        // To say that this one was wrong would say of another that it was right.
        case .isLocked(let seconds):
            return .refused(IdentityRefusal.locked(seconds: seconds))
        }
        return .refused(IdentityRefusal.invalidCredentials)
    }
}
