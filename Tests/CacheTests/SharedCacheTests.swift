import Cache
import Redis
import TestSupport
import Testing

@Suite struct SharedCacheTests {
    let redis: RedisConnection
    let cache: SharedCache
    let key = uniqueName()

    init() throws {
        redis = RedisConnection(try SharedRedis.settings())
        cache = SharedCache(redis)
    }

    @Test func `a value is found until it is deleted`() {
        #expect(cache.get(key) == nil)
        cache.set(key, [1, 0, 255], secondsToLive: 60)
        #expect(cache.get(key) == [1, 0, 255])
        #expect(cache.delete(key))
        #expect(cache.get(key) == nil)
        #expect(cache.failures == 0)
    }

    @Test func `a value ends with its time, which has a maximum`() throws {
        cache.set(key, [1], secondsToLive: 60)
        let left = try redis.command(["TTL", .text(key)])
        #expect((1...60).contains(left.integer ?? -1))
        cache.set(key, [1], secondsToLive: Int.max)
        let longest = try redis.command(["TTL", .text(key)])
        #expect((60...Int64(SharedCache.secondsToLiveMax)).contains(longest.integer ?? -1))
        cache.delete(key)
    }

    @Test func `what is too long or has no time to live is not kept`() throws {
        cache.set(
            key,
            [UInt8](repeating: 1, count: SharedCache.valueBytesMax + 1),
            secondsToLive: 9
        )
        cache.set(key, [1], secondsToLive: 0)
        #expect(cache.get(key) == nil)
        let long = String(repeating: "k", count: SharedCache.keyBytesMax + 1)
        cache.set(long, [1], secondsToLive: 9)
        #expect(try redis.command(["EXISTS", .text(long)]) == .integer(0))
    }

    @Test func `a key that holds something else is a failure, not a value`() throws {
        _ = try redis.command(["LPUSH", .text(key), "x"])
        #expect(cache.get(key) == nil)
        #expect(cache.failures == 1)
        cache.delete(key)
    }

    @Test func `without Redis nothing is found and every call is a counted failure`() {
        let cache = SharedCache(absentRedis())
        cache.set(key, [1], secondsToLive: 60)
        #expect(cache.get(key) == nil)
        #expect(!cache.delete(key))
        cache.publish("wake", [1])
        #expect(cache.failures == 4)
    }
}
