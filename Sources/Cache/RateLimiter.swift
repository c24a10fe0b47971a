import Base
package import Redis

/// Counts requests in Redis, exactly over all workers and hosts; alone while Redis is away.
///
/// `docs/rate-limits.md` tells the algorithm.
package final class RateLimiter {
    package static let rulesPerTakeMax = 8
    package static let subjectBytesMax = 128
    package static let localEntriesMax = 10_000

    private let redis: RedisConnection
    private let factor: Double
    private let nanoseconds: () -> UInt64
    private var local = RateTable(entriesMax: RateLimiter.localEntriesMax)
    /// Takes that this process counted alone.
    package private(set) var localTakes: UInt64 = 0

    /// `factor` multiplies every limit; 0 switches limiting off, and Redis is not asked.
    package init(
        _ redis: RedisConnection,
        factor: Double = 1,
        nanoseconds: @escaping () -> UInt64 = monotonicNanoseconds
    ) {
        precondition(factor >= 0 && factor <= 1_000_000, "a factor of 0 to 1 000 000")
        self.redis = redis
        self.factor = factor
        self.nanoseconds = nanoseconds
    }

    /// Counts one request of `subject`, or says nothing when limiting is off.
    ///
    /// A subject is an id, an address, or, of anything personal or long, its digest.
    package func take(_ rule: RateRule, subject: String) -> RateVerdict? {
        take([(rule, subject)])
    }

    /// Takes several rules in one round trip: all count the request, or none and it is refused.
    ///
    /// A rule given twice for one subject counts once.
    package func take(_ requests: [(rule: RateRule, subject: String)]) -> RateVerdict? {
        precondition(requests.count <= RateLimiter.rulesPerTakeMax, "too many rules in one take")
        guard factor > 0, !requests.isEmpty else { return nil }
        var keyed: [(key: String, rule: RateRule)] = []
        for (rule, subject) in requests {
            let key = RateLimiter.key(rule, subject)
            guard !keyed.contains(where: { $0.key == key }) else { continue }
            keyed.append((key, scaled(rule)))
        }
        if let verdict = takeShared(keyed) { return verdict }
        localTakes += 1
        return local.take(keyed, at: nanoseconds())
    }

    /// Subjects that are too long count together: a cut one could be made to look like another.
    private static func key(_ rule: RateRule, _ subject: String) -> String {
        let isLong = subject.utf8.count > subjectBytesMax
        return isLong ? "rl:\(rule.name)::long" : "rl:\(rule.name):\(subject)"
    }

    private func scaled(_ rule: RateRule) -> RateRule {
        let limit = (Double(rule.limit) * factor).rounded()
        return RateRule(
            name: rule.name,
            limit: max(1, Int(min(limit, 1e15))),
            windowSeconds: rule.windowSeconds
        )
    }
}

extension RateLimiter {
    /// Checks every window before it counts in any; answers `allowed, used, ms left, used, …`.
    private static let script = RedisScript(
        name: "rate-take",
        text: """
            local used, left, allowed = {}, {}, 1
            for i, key in ipairs(KEYS) do
              used[i] = tonumber(redis.call('GET', key) or '0')
              left[i] = redis.call('PTTL', key)
              if left[i] < 0 then
                used[i] = 0
                left[i] = tonumber(ARGV[i * 2])
              end
              if used[i] >= tonumber(ARGV[i * 2 - 1]) then allowed = 0 end
            end
            local answer = {allowed}
            for i, key in ipairs(KEYS) do
              if allowed == 1 then
                used[i] = used[i] + 1
                if used[i] == 1 then
                  redis.call('SET', key, 1, 'PX', left[i])
                else
                  redis.call('INCR', key)
                end
              end
              answer[i * 2] = used[i]
              answer[i * 2 + 1] = left[i]
            end
            return answer
            """
    )

    private func takeShared(_ requests: [(key: String, rule: RateRule)]) -> RateVerdict? {
        var arguments: [RedisArgument] = []
        for (_, rule) in requests {
            arguments.append(.integer(Int64(rule.limit)))
            arguments.append(.integer(Int64(rule.windowSeconds) * 1000))
        }
        guard
            // Not retriable: a repeat could count one request twice.
            let reply = try? redis.script(
                RateLimiter.script,
                keys: requests.map(\.key),
                arguments: arguments
            ),
            let numbers = reply.array?.compactMap(\.integer),
            numbers.count == 1 + requests.count * 2
        else { return nil }
        let windows = requests.enumerated().map { index, request in
            RateWindow(
                rule: request.rule,
                used: Int(numbers[1 + index * 2]),
                resetMs: numbers[2 + index * 2]
            )
        }
        return RateVerdict(allowed: numbers[0] == 1, windows, isShared: true)
    }
}
