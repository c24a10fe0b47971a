/// How often something may be done: `limit` times in a window that begins with the first.
package struct RateRule: Hashable, Sendable {
    package static let windowSecondsMax = 30 * 86_400

    /// Part of a Redis key and of a header: lower-case letters, digits, `-` and `_`.
    package let name: String
    package let limit: Int
    package let windowSeconds: Int

    package init(name: String, limit: Int, windowSeconds: Int) {
        precondition(
            !name.isEmpty && name.utf8.allSatisfy(RateRule.isNameByte),
            "a rate rule's name has lower-case letters, digits, - and _"
        )
        precondition(limit >= 1, "a rate rule allows something")
        precondition(
            (1...RateRule.windowSecondsMax).contains(windowSeconds),
            "a window has 1 to \(RateRule.windowSecondsMax) seconds"
        )
        self.name = name
        self.limit = limit
        self.windowSeconds = windowSeconds
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// What a limiter says to one request, about the tightest of the rules that it asked for.
package struct RateVerdict: Equatable, Sendable {
    package let allowed: Bool
    package let policy: String
    package let limit: Int
    package let remaining: Int
    package let windowSeconds: Int
    /// Until the window ends, rounded up; for a refusal what `Retry-After` says.
    package let resetSeconds: Int
    /// False when Redis was away and this process counted alone.
    package let isShared: Bool

    package init(
        allowed: Bool,
        policy: String,
        limit: Int,
        remaining: Int,
        windowSeconds: Int,
        resetSeconds: Int,
        isShared: Bool
    ) {
        self.allowed = allowed
        self.policy = policy
        self.limit = limit
        self.remaining = remaining
        self.windowSeconds = windowSeconds
        self.resetSeconds = resetSeconds
        self.isShared = isShared
    }
}

extension RateVerdict {
    /// The header fields of an answer, refused or not.
    package var headers: [(name: String, value: String)] {
        var headers = [
            ("RateLimit-Limit", "\(limit)"),
            ("RateLimit-Remaining", "\(remaining)"),
            ("RateLimit-Reset", "\(resetSeconds)"),
            ("RateLimit-Policy", "\"\(policy)\";q=\(limit);w=\(windowSeconds)"),
            ("RateLimit", "\"\(policy)\";r=\(remaining);t=\(resetSeconds)"),
        ]
        if !allowed { headers.append(("Retry-After", "\(resetSeconds)")) }
        return headers
    }
}
