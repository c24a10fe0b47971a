import Base
import Crypto
import Database
import HTTP
import House

/// The one-time codes of an authenticator app, and the recovery codes for when it is lost.
enum SecondFactor {
    enum Verdict {
        case notEnrolled, missing, wrong, accepted
    }

    static func check(
        _ code: String?,
        of userID: String,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Verdict {
        guard let enrolment = try SecondFactorStore.lock(of: userID, tx), enrolment.isConfirmed
        else { return .notEnrolled }
        guard let code else { return .missing }
        let now = call.worker.clock.now
        let totp = try open(enrolment.sealedSecret, of: userID, call)
        if let step = totp.step(of: code, at: now, after: enrolment.lastStep) {
            try SecondFactorStore.setLastStep(step, of: userID, tx)
            return .accepted
        }
        let digest = RecoveryCode.digest(code)
        let isRecovered = try SecondFactorStore.useRecoveryCode(digest, of: userID, at: now, tx)
        return isRecovered ? .accepted : .wrong
    }

    static func open(_ sealed: String, of userID: String, _ call: Call) throws -> TOTP {
        TOTP(secret: try box(call).open(sealed, for: place(userID)))
    }

    static func seal(_ totp: TOTP, of userID: String, _ call: Call) throws -> String {
        try box(call).seal(totp.secret, for: place(userID))
    }

    static func box(_ call: Call) throws(Problem) -> SecretBox {
        guard let box = call.worker.secrets else {
            throw .unavailable("Two-factor sign-in needs ENTREPOT_SECRET_KEYS on the server.")
        }
        return box
    }

    /// A secret that is moved to another person's row does not open there.
    private static func place(_ userID: String) -> String { "totp \(userID)" }
}
