import Cache
import Crypto
import HTTP
import House

/// The rate limit of one account, whoever asks and from wherever.
enum AccountLimit {
    static func take(_ email: String, _ call: Call) throws(Problem) {
        // Redis holds a digest only: e-mails are personal.
        let subject = Hex.encode(SHA256.digest(Array(email.utf8)))
        let rule = call.worker.settings.rateLimits.authenticationAccount
        guard let verdict = call.worker.limiter.take(rule, subject: subject), !verdict.allowed
        else { return }
        throw .rateLimited(retryAfterSeconds: verdict.resetSeconds)
    }
}
