import Base
import Cache
import House
import Redis
import TestSupport
import Testing

@testable import Devices

@Suite struct LastSeenTests {
    private let start = Shelf.start
    /// Of no other test: what they note is in one set.
    private let number = Int64.random(in: 1...Int64(UInt32.max))

    private func device(seenAt moment: Instant?) -> Device {
        Device(
            id: "dev_1",
            number: number,
            serialNumber: "CC-1",
            kind: .coldcell,
            lastSeenAt: moment,
            createdAt: start
        )
    }

    @Test func `the newer of Redis and the row tells`() throws {
        let seen = LastSeen(SharedCache(RedisConnection(try SharedRedis.settings())))
        #expect(seen.filled([device(seenAt: start)])[0].lastSeenAt == start)
        seen.note([number: start.adding(seconds: 60)])
        seen.note([number: start.adding(seconds: 30)])
        #expect(seen.filled([device(seenAt: start)])[0].lastSeenAt == start.adding(seconds: 60))
        #expect(seen.filled([device(seenAt: nil)])[0].lastSeenAt == start.adding(seconds: 60))
        let later = start.adding(seconds: 90)
        #expect(seen.filled([device(seenAt: later)])[0].lastSeenAt == later)
        seen.forget(number)
        #expect(seen.filled([device(seenAt: nil)])[0].lastSeenAt == nil)
    }

    @Test func `many are noted at once`() throws {
        let seen = LastSeen(SharedCache(RedisConnection(try SharedRedis.settings())))
        let numbers = (0..<1_200).map { number + Int64(UInt32.max) + $0 }
        seen.note(Dictionary(uniqueKeysWithValues: numbers.map { ($0, start) }))
        #expect(seen.moments(of: numbers).count == 1_200)
        for number in numbers { seen.forget(number) }
    }

    @Test func `without Redis the rows tell, and nothing fails`() {
        let redis = RedisConnection(RedisSettings(.unix(path: "/tmp/no-such-redis.sock")))
        let seen = LastSeen(SharedCache(redis))
        seen.note([number: start])
        #expect(seen.filled([device(seenAt: nil)])[0].lastSeenAt == nil)
    }
}
