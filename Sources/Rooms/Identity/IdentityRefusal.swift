import HTTP

/// Every way in which this room says no.
enum IdentityRefusal {
    static let lockSeconds = 30 * 60

    static var emailTaken: Problem {
        Problem(
            409,
            "email_taken",
            "There is an account with this e-mail",
            detail: "Sign in, or reset the password."
        )
    }

    static var invalidCredentials: Problem {
        Problem(
            401,
            "invalid_credentials",
            "E-mail or password are wrong",
            detail: "Check both; after five failures the account is locked for 30 minutes."
        ).with("www-authenticate", "Bearer realm=\"entrepot\"")
    }

    static var otpRequired: Problem {
        Problem(
            401,
            "otp_required",
            "A one-time code is needed",
            detail: "Send the code of your authenticator as otp."
        )
    }

    static func locked(seconds: Int) -> Problem {
        Problem(
            423,
            "account_locked",
            "The account is locked",
            detail: "Too many attempts failed. Try again later, or reset the password."
        ).with("retry-after", "\(max(1, seconds))")
    }

    static var lastAdministrator: Problem {
        Problem(
            409,
            "last_admin",
            "This is the last administrator",
            detail: "Nobody could administer anything any more. Make somebody else one first."
        )
    }

    static var alreadyVerified: Problem {
        Problem(
            409,
            "already_verified",
            "This e-mail is confirmed already",
            detail: "There is nothing left to send."
        )
    }

    static var notATechnician: Problem {
        Problem(
            409,
            "not_a_technician",
            "This person is no technician",
            detail: "Give the role technician first."
        )
    }

    static var unknownOrganisation: Problem {
        .invalid([
            FieldError(
                field: "organisationId",
                code: "not_found",
                message: "is no organisation here"
            )
        ])
    }

    static var refreshInvalid: Problem {
        Problem(
            401,
            "invalid_refresh_token",
            "This refresh token is not valid",
            detail: "Sign in again."
        )
    }

    static var refreshReused: Problem {
        Problem(
            401,
            "refresh_reused",
            "This refresh token was used before",
            detail: "Every token of this session was revoked. Sign in again."
        )
    }

    static var invalidToken: Problem {
        Problem(400, "invalid_token", "This link is not valid", detail: "Ask for a new one.")
    }

    static var expiredToken: Problem {
        Problem(400, "expired_token", "This link has expired", detail: "Ask for a new one.")
    }

    static func weakPassword(_ field: String, _ weakness: PasswordPolicy.Weakness) -> Problem {
        .invalid([FieldError(field: field, code: weakness.code, message: weakness.message)])
    }
}
