import Cache
import Redis
import TestSupport
import Testing

@Suite struct RateLimiterTests {
    let redis: RedisConnection
    let limiter: RateLimiter
    let subject = uniqueName()
    let login = RateRule(name: "login", limit: 3, windowSeconds: 900)
    let address = RateRule(name: "login-ip", limit: 5, windowSeconds: 600)

    init() throws {
        redis = RedisConnection(try SharedRedis.settings())
        limiter = RateLimiter(redis)
    }

    @Test func `the limit is allowed, the next request is refused`() throws {
        let verdicts = (0..<5).compactMap { _ in limiter.take(login, subject: subject) }
        #expect(verdicts.map(\.allowed) == [true, true, true, false, false])
        #expect(verdicts.map(\.remaining) == [2, 1, 0, 0, 0])
        #expect(verdicts.allSatisfy { $0.limit == 3 && $0.windowSeconds == 900 && $0.isShared })
        #expect(verdicts.allSatisfy { (800...900).contains($0.resetSeconds) })
        #expect(limiter.take(login, subject: subject + "other")?.allowed == true)
        #expect(limiter.localTakes == 0)
    }

    @Test func `refused requests neither count nor prolong the window`() throws {
        let key = "rl:login:\(subject)"
        for _ in 0..<10 { _ = limiter.take(login, subject: subject) }
        #expect(try redis.command(["GET", .text(key)]).text == "3")
        _ = try redis.command(["PEXPIRE", .text(key), 5000])
        let refused = try #require(limiter.take(login, subject: subject))
        #expect(!refused.allowed)
        #expect(refused.resetSeconds <= 5)
        // What the end of the window does.
        _ = try redis.command(["DEL", .text(key)])
        #expect(limiter.take(login, subject: subject)?.allowed == true)
    }

    @Test func `a window ends by itself`() throws {
        let short = RateRule(name: "short", limit: 1, windowSeconds: 1)
        #expect(limiter.take(short, subject: subject)?.allowed == true)
        let key = "rl:short:\(subject)"
        let left = try #require(try redis.command(["PTTL", .text(key)]).integer)
        #expect((0...1000).contains(left))
    }

    @Test func `a counter that lost its end begins a new window`() throws {
        _ = try redis.command(["SET", "rl:login:\(subject)", 99])
        #expect(limiter.take(login, subject: subject)?.remaining == 2)
        #expect(
            (1...900_000).contains(
                try redis.command(["PTTL", "rl:login:\(subject)"]).integer ?? -1
            )
        )
    }

    @Test func `several rules are all counted or none, in one round trip`() throws {
        func take() throws -> RateVerdict {
            try #require(limiter.take([(login, subject), (address, subject)]))
        }
        _ = try take()
        let commands = redis.statistics.commands
        let second = try take()
        #expect(redis.statistics.commands == commands + 1)
        #expect(second.allowed)
        #expect(second.policy == "login")
        #expect(second.remaining == 1)
        _ = try take()
        for _ in 0..<3 {
            let refused = try take()
            #expect(!refused.allowed)
            #expect(refused.policy == "login")
        }
        #expect(try redis.command(["GET", "rl:login-ip:\(subject)"]).text == "3")
        #expect(limiter.take(address, subject: subject)?.remaining == 1)
    }

    @Test func `a rule given twice counts once`() throws {
        #expect(limiter.take([(login, subject), (login, subject)])?.remaining == 2)
    }

    @Test func `connections that interleave get exactly the limit together`() throws {
        let rule = RateRule(name: "many", limit: 100, windowSeconds: 900)
        let limiters = try (0..<8).map { _ in
            RateLimiter(RedisConnection(try SharedRedis.settings()))
        }
        var allowed = 0
        for round in 0..<200 {
            if limiters[round * 5 % 8].take(rule, subject: subject)?.allowed == true {
                allowed += 1
            }
        }
        #expect(allowed == 100)
    }

    @Test func `connections that race get exactly the limit together`() async throws {
        let rule = RateRule(name: "race", limit: 500, windowSeconds: 900)
        let subject = subject
        let allowed = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let limiter = RateLimiter(RedisConnection(try SharedRedis.settings()))
                    let count = (0..<200).filter { _ in
                        limiter.take(rule, subject: subject)?.allowed == true
                    }.count
                    #expect(limiter.localTakes == 0)
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(allowed == 500)
    }

    @Test func `the factor multiplies each limit and leaves at least one`() throws {
        let more = RateLimiter(redis, factor: 10)
        #expect(more.take(login, subject: subject)?.limit == 30)
        let less = RateLimiter(redis, factor: 0.001)
        #expect(less.take(login, subject: subject + "less")?.limit == 1)
        #expect(less.take(login, subject: subject + "less")?.allowed == false)
    }

    @Test func `a factor of zero says nothing and asks nobody`() throws {
        let off = RateLimiter(redis, factor: 0)
        #expect(off.take(login, subject: subject) == nil)
        #expect(redis.statistics.commands == 0)
    }

    @Test func `subjects that are too long count together, apart from the others`() throws {
        let rule = RateRule(name: uniqueName(), limit: 1, windowSeconds: 900)
        let long = String(repeating: "x", count: RateLimiter.subjectBytesMax + 1)
        #expect(limiter.take(rule, subject: String(long.dropLast()))?.allowed == true)
        #expect(limiter.take(rule, subject: long)?.allowed == true)
        #expect(limiter.take(rule, subject: long + "y")?.allowed == false)
    }

    @Test func `headers say the verdict in both forms`() {
        let allowed = RateVerdict(
            allowed: true,
            policy: "login",
            limit: 10,
            remaining: 9,
            windowSeconds: 900,
            resetSeconds: 899,
            isShared: true
        )
        #expect(
            allowed.headers.map { "\($0.name): \($0.value)" } == [
                "RateLimit-Limit: 10", "RateLimit-Remaining: 9", "RateLimit-Reset: 899",
                "RateLimit-Policy: \"login\";q=10;w=900", "RateLimit: \"login\";r=9;t=899",
            ]
        )
        let refused = RateVerdict(
            allowed: false,
            policy: "login",
            limit: 10,
            remaining: 0,
            windowSeconds: 900,
            resetSeconds: 12,
            isShared: true
        )
        #expect(refused.headers.last?.name == "Retry-After")
        #expect(refused.headers.last?.value == "12")
    }
}

@Suite struct RateLimiterWithoutRedisTests {
    private let rule = RateRule(name: "general", limit: 2, windowSeconds: 10)
    private let clock = HandClock()

    private func limiter() -> RateLimiter {
        RateLimiter(absentRedis(), nanoseconds: { [clock] in clock.nanoseconds })
    }

    @Test func `the worker counts by itself`() throws {
        let limiter = limiter()
        let verdicts = (0..<3).compactMap { _ in limiter.take(rule, subject: "a") }
        #expect(verdicts.map(\.allowed) == [true, true, false])
        #expect(verdicts.map(\.remaining) == [1, 0, 0])
        #expect(verdicts.allSatisfy { !$0.isShared && $0.resetSeconds == 10 })
        #expect(limiter.take(rule, subject: "b")?.allowed == true)
        #expect(limiter.localTakes == 4)
    }

    @Test func `the window begins with the first request and ends by the clock`() {
        let limiter = limiter()
        _ = limiter.take(rule, subject: "a")
        clock.advance(milliseconds: 9000)
        #expect(limiter.take(rule, subject: "a")?.resetSeconds == 1)
        #expect(limiter.take(rule, subject: "a")?.allowed == false)
        clock.advance(milliseconds: 1000)
        let fresh = limiter.take(rule, subject: "a")
        #expect(fresh?.allowed == true)
        #expect(fresh?.resetSeconds == 10)
    }

    @Test func `several rules are all counted or none`() {
        let limiter = limiter()
        let tight = RateRule(name: "tight", limit: 1, windowSeconds: 5)
        #expect(limiter.take([(rule, "a"), (tight, "a")])?.policy == "tight")
        #expect(limiter.take([(rule, "a"), (tight, "a")])?.allowed == false)
        #expect(limiter.take(rule, subject: "a")?.remaining == 0)
    }

    @Test func `of two full rules the refusal names the one that ends last`() {
        let limiter = limiter()
        let long = RateRule(name: "long", limit: 1, windowSeconds: 500)
        let short = RateRule(name: "short", limit: 1, windowSeconds: 5)
        _ = limiter.take([(short, "a"), (long, "a")])
        let refused = limiter.take([(short, "a"), (long, "a")])
        #expect(refused?.policy == "long")
        #expect(refused?.resetSeconds == 500)
    }

    @Test func `many strangers do not make it forget the one who hammers`() {
        let limiter = limiter()
        for _ in 0..<3 { _ = limiter.take(rule, subject: "hammer") }
        for stranger in 0..<(RateLimiter.localEntriesMax * 2) {
            _ = limiter.take(rule, subject: "stranger\(stranger)")
        }
        #expect(limiter.take(rule, subject: "hammer")?.allowed == false)
    }
}
