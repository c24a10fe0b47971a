/// One rule's window as it stands after a request was taken or refused.
struct RateWindow: Equatable {
    let rule: RateRule
    let used: Int
    let resetMs: Int64
}

extension RateVerdict {
    /// A refusal names the full window that ends last: only then can the request succeed.
    ///
    /// Otherwise the window with the least room counts; of two equal ones the one that ends last.
    init(allowed: Bool, _ windows: [RateWindow], isShared: Bool) {
        let relevant = allowed ? windows : windows.filter { $0.used >= $0.rule.limit }
        let tightest = relevant.max { left, right in
            let room = (left.rule.limit - left.used, right.rule.limit - right.used)
            if allowed && room.0 != room.1 { return room.0 > room.1 }
            return left.resetMs < right.resetMs
        }
        guard let tightest else { preconditionFailure("a verdict is about a rule") }
        self.init(
            allowed: allowed,
            policy: tightest.rule.name,
            limit: tightest.rule.limit,
            remaining: max(0, tightest.rule.limit - tightest.used),
            windowSeconds: tightest.rule.windowSeconds,
            resetSeconds: max(1, Int((tightest.resetMs + 999) / 1000)),
            isShared: isShared
        )
    }
}
