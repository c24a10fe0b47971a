package import Cache
import HTTP

/// Which of the configured limits hold for a route.
package enum RateClass: String, Sendable {
    /// Probes of the operator, answered however often they come.
    case unlimited
    case general
    /// What can be used to guess a secret.
    case authentication
    case ingest
    /// Streams and polls: whoever polls a busy topic comes again at once.
    case following
    case admin
}

/// The rate limits of each class, each configurable as `<count>/<seconds>`.
package struct RateLimits: Sendable {
    package let factor: Int
    package let user: RateRule
    package let anonymous: RateRule
    package let authenticationAddress: RateRule
    package let authenticationAccount: RateRule
    package let device: RateRule
    package let following: RateRule
    package let admin: RateRule

    package init(_ reader: inout SettingsReader) {
        factor = reader.integer(
            "ENTREPOT_RATE_LIMIT_FACTOR",
            1,
            in: 0...1_000_000,
            "multiplies every rate limit; 0 turns them off, for load tests"
        )
        user = RateLimits.rule(&reader, "user", 1000, 3600, "a signed-in caller")
        anonymous = RateLimits.rule(&reader, "anonymous", 100, 900, "an address without sign-in")
        authenticationAddress = RateLimits.rule(
            &reader,
            "auth-address",
            50,
            900,
            "sign-in, registration and reset from an address"
        )
        authenticationAccount = RateLimits.rule(
            &reader,
            "auth-account",
            10,
            900,
            "sign-in, registration and reset of an account"
        )
        device = RateLimits.rule(&reader, "device", 10, 1, "a device")
        following = RateLimits.rule(
            &reader,
            "following",
            100,
            10,
            "streams and polls of a caller"
        )
        admin = RateLimits.rule(&reader, "admin", 1000, 60, "administration by a caller")
    }

    /// What holds for an address before anything is known about the caller.
    package func byAddress(_ limit: RateClass, isAnonymous: Bool) -> RateRule? {
        switch limit {
        case .unlimited: nil
        case .authentication: authenticationAddress
        case .general, .ingest, .following, .admin: isAnonymous ? anonymous : nil
        }
    }

    package func byCaller(_ limit: RateClass) -> RateRule? {
        switch limit {
        case .unlimited, .authentication: nil
        case .general: user
        case .ingest: device
        case .following: following
        case .admin: admin
        }
    }

    private static func rule(
        _ reader: inout SettingsReader,
        _ name: String,
        _ limit: Int,
        _ seconds: Int,
        _ whom: String
    ) -> RateRule {
        let variable =
            "ENTREPOT_RATE_"
            + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
        return reader.value(
            variable,
            RateRule(name: name, limit: limit, windowSeconds: seconds),
            shown: "\(limit)/\(seconds)",
            expected: "<count>/<seconds>",
            "the limit for \(whom)"
        ) { text in
            let parts = text.split(separator: "/").compactMap { Int($0) }
            guard parts.count == 2, parts[0] > 0,
                (1...RateRule.windowSecondsMax).contains(parts[1])
            else { return nil }
            return RateRule(name: name, limit: parts[0], windowSeconds: parts[1])
        }
    }
}
