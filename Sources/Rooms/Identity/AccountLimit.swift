import Cache
import Crypto
import HTTP
import House

/// The rate limit of one account, whoever asks and from wherever.
enum AccountLimit {
    /// By e-mail where nobody is signed in yet, else by the person's id.
    static func take(_ account: String, _ call: Call) throws(Problem) {
        // Redis holds a digest only: e-mails are personal.
        let subject = Hex.encode(SHA256.digest(Array(account.utf8)))
        let rule = call.worker.settings.rateLimits.authenticationAccount
        guard let verdict = call.worker.limiter.take(rule, subject: subject), !verdict.allowed
        else { return }
        throw .rateLimited(retryAfterSeconds: verdict.resetSeconds)
    }
}
