import Base
import Redis
import TestSupport
import Testing

@testable import Cache

@Suite struct NewestTests {
    private let now = Instant(milliseconds: 1_772_368_496_789)
    /// Of no other test.
    private let mark = "test:\(UInt64.random(in: 0...UInt64.max))"

    private func cache() throws -> SharedCache {
        SharedCache(RedisConnection(try SharedRedis.settings()))
    }

    private var away: SharedCache {
        SharedCache(RedisConnection(RedisSettings(.unix(path: "/tmp/no-such-redis.sock"))))
    }

    private func note(_ value: String, _ at: Instant, in cache: SharedCache) {
        cache.noteNewest([(key: mark, at: at, value: Array(value.utf8))], secondsToLive: 60)
    }

    @Test func `a newer value replaces an older one and never the other way round`() throws {
        let cache = try cache()
        #expect(cache.newest([mark]).isEmpty)
        note("first of all", now, in: cache)
        note("older", now.adding(milliseconds: -1), in: cache)
        #expect(cache.newest([mark]) == [mark: Array("first of all".utf8)])
        note("newer", now.adding(milliseconds: 1), in: cache)
        #expect(cache.newest([mark]) == [mark: Array("newer".utf8)])
    }

    @Test func `more than a command holds are noted at once`() throws {
        let cache = try cache()
        let values = (0..<300).map { number in
            (key: "\(mark):\(number)", at: now, value: Array("\(number)".utf8))
        }
        cache.noteNewest(values, secondsToLive: 60)
        let found = cache.newest(values.map(\.key))
        #expect(found.count == 300)
        #expect(found["\(mark):299"] == Array("299".utf8))
    }

    @Test func `each has a turn once in its time`() throws {
        let cache = try cache()
        func turns(_ names: [String]) -> Set<Int> {
            cache.turns(of: names, kind: mark, eachMs: 60_000, perSecondMax: 10, at: now)
        }
        #expect(turns(["a", "b"]) == [0, 1])
        #expect(turns(["a", "c", "b"]) == [1])
        #expect(turns([]) == [])
    }

    @Test func `no more have a turn than a second has`() throws {
        let cache = try cache()
        func turns(_ names: [String], at moment: Instant) -> Set<Int> {
            cache.turns(of: names, kind: mark, eachMs: 60_000, perSecondMax: 3, at: moment)
        }
        #expect(turns(["a", "b", "c", "d"], at: now) == [0, 1, 2])
        #expect(turns(["d"], at: now) == [])
        // Not even asked for.
        #expect(cache.delete("\(mark):\(now.milliseconds / 1000)"))
        #expect(turns(["d"], at: now) == [])
        #expect(turns(["d"], at: now.adding(seconds: 1)) == [0])
    }

    @Test func `without Redis nothing is known, nobody has a turn and nothing fails`() {
        let cache = away
        note("x", now, in: cache)
        #expect(cache.newest([mark]).isEmpty)
        #expect(
            cache.turns(of: ["a"], kind: mark, eachMs: 1, perSecondMax: 1, at: now).isEmpty
        )
        #expect(cache.failures > 0)
    }
}
