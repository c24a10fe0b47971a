import Base
import Crypto
import HTTP
import House

/// What a browser brings with a one-time code instead of the password once more: that the password
/// was right, for this account, in this browser, a moment ago.
///
/// It is sealed, and alone it opens nothing.
struct SignInNote {
    static let lifeSeconds: Int64 = 300

    let email: String
    private let passwordDigest: String
    private let expiresAt: Instant

    init(_ email: String, passwordHash: String, at now: Instant) {
        self.email = email
        passwordDigest = SignInNote.digest(passwordHash)
        expiresAt = now.adding(seconds: SignInNote.lifeSeconds)
    }

    /// Nothing for one that is too old, or was not made for this browser.
    init?(_ sealed: String, _ call: Call) throws(Problem) {
        let box = try SecondFactor.box(call)
        let opened = Result {
            try JSON(parsing: try box.open(sealed, for: SignInNote.place(call)))
        }
        guard case .success(let json) = opened, let email = json["email"]?.string,
            let digest = json["password"]?.string, let expiry = json["expiresAt"]?.integer,
            call.worker.clock.now < Instant(milliseconds: expiry)
        else { return nil }
        self.email = email
        passwordDigest = digest
        expiresAt = Instant(milliseconds: expiry)
    }

    func sealed(_ call: Call) throws(Problem) -> String {
        let json: JSON = [
            "email": .string(email), "password": .string(passwordDigest),
            "expiresAt": .integer(expiresAt.milliseconds),
        ]
        return try SecondFactor.box(call).seal(json.bytes, for: SignInNote.place(call))
    }

    /// Whether the account still has the password that was right.
    func fits(_ passwordHash: String?) -> Bool {
        guard let passwordHash else { return false }
        return constantTimeEqual(
            Array(passwordDigest.utf8),
            Array(SignInNote.digest(passwordHash).utf8)
        )
    }

    private static func digest(_ passwordHash: String) -> String {
        Hex.encode(SHA256.digest(Array(passwordHash.utf8)))
    }

    /// In another browser it does not open.
    private static func place(_ call: Call) -> String { "sign-in \(call.session.csrf)" }
}
