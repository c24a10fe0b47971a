import Base
import Database
import Outbox
import Redis
import TestSupport
import Testing

@testable import Feed

/// A feed on a database and a Redis of its own; the test is the relay.
@Suite(.serialized) final class EventFeedTests {
    /// Apart from what other suites keep there.
    private static let redisDatabase = 13
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let redis: RedisConnection
    private let log = Log(level: .error, process: "feed", descriptor: -1)
    private var now: UInt64 = 1

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try scratch.apply("0005_outbox_create_events.sql")
        try scratch.apply("0015_outbox_write_events_as_lines.sql")
        redis = RedisConnection(try SharedRedis.settings(database: EventFeedTests.redisDatabase))
        _ = try redis.command(["FLUSHDB"])
    }

    private func feed(_ settings: RedisSettings? = nil, after position: Int64 = 0) throws
        -> EventFeed
    {
        EventFeed(
            try settings ?? SharedRedis.settings(database: EventFeedTests.redisDatabase),
            scratch.another(),
            after: position,
            log: log,
            nanoseconds: { [unowned self] in now }
        )
    }

    /// Events get their positions; Redis hears of none.
    private func order(_ count: Int) throws {
        let last = try EventsStore.last(database)
        let events = (1...Int64(count)).map { number in
            let digits = String(last + number)
            let id = "evt_" + String(repeating: "0", count: 26 - digits.count) + digits
            return NewEvent(id: id, "test.told", on: ["system"], ["n": .integer(last + number)])
        }
        try database.transaction { tx in
            try Outbox.append(events, from: "test", at: Instant(milliseconds: 0), in: tx)
        }
        try database.transaction { tx in
            let waiting = try OutboxStore.waiting(tx)
            _ = try OutboxStore.move(waiting, behind: last, in: tx)
        }
    }

    /// What was ordered reaches Redis, as a relay would bring it there.
    private func publish() throws {
        let stream = EventStream(redis)
        let events = try EventsStore.following(0, upTo: .max, countMax: 10_000, database)
        let missing = events.filter { $0.position > ((try? stream.top()) ?? 0) }
        guard try missing.isEmpty || stream.append(missing) == .gap else { return }
        guard !missing.isEmpty else { return }
        _ = try stream.fill { behind in events.filter { $0.position > behind ?? 0 } }
    }

    private func positions(_ outcome: EventFeed.Outcome) -> [Int64] {
        guard case .events(let events) = outcome else { return [-1] }
        return events.map(\.position)
    }

    private func wait(_ milliseconds: UInt64) {
        now += milliseconds * 1_000_000
    }

    @Test func `what Redis tells comes at once, and as MariaDB has it`() throws {
        let feed = try feed()
        #expect(feed.next() == .events([]))
        try order(3)
        #expect(feed.next() == .events([]))
        try publish()
        let expected = try EventsStore.following(0, upTo: .max, countMax: 10, database)
        #expect(feed.next() == .events(expected))
        #expect(feed.position == 3)
        #expect(feed.next() == .events([]))
        #expect(feed.descriptor != nil)
        #expect(feed.restMs == 1_000)
    }

    @Test func `a begin in the middle tells only what comes after it`() throws {
        try order(5)
        try publish()
        let feed = try feed(after: 3)
        #expect(positions(feed.next()) == [4, 5])
    }

    @Test func `without Redis MariaDB tells, and is asked more often`() throws {
        let feed = try feed(RedisSettings(.unix(path: "/nowhere/redis.sock")))
        try order(2)
        #expect(positions(feed.next()) == [1, 2])
        #expect(feed.restMs == 200)
        #expect(feed.descriptor == nil)
        try order(1)
        #expect(feed.next() == .events([]))
        wait(200)
        #expect(positions(feed.next()) == [3])
    }

    @Test func `what Redis does not have is read from MariaDB after a while`() throws {
        let feed = try feed()
        try order(2)
        try publish()
        #expect(positions(feed.next()) == [1, 2])
        _ = try redis.command(["FLUSHDB"])
        try order(2)
        #expect(feed.next() == .events([]))
        wait(1_000)
        #expect(positions(feed.next()) == [3, 4])
        try order(1)
        try publish()
        #expect(positions(feed.next()) == [5])
        #expect(feed.restMs == 1_000)
    }

    @Test func `over a gap in Redis MariaDB helps`() throws {
        let feed = try feed()
        try order(4)
        try publish()
        _ = try redis.command(["XDEL", .text(EventStream.key), "2-0"])
        #expect(positions(feed.next()) == [1, 2, 3, 4])
    }

    @Test func `history that was deleted is jumped over, and said`() throws {
        let feed = try feed(RedisSettings(.unix(path: "/nowhere/redis.sock")))
        try order(6)
        try order(3)
        try database.runScript("DELETE FROM event_lines WHERE position <= 6")
        #expect(feed.next() == .jumped(to: 6))
        wait(200)
        #expect(positions(feed.next()) == [7, 8, 9])
    }

    @Test func `a restored database is followed from where it ends`() throws {
        try order(5)
        let feed = try feed(after: 900)
        #expect(feed.next() == .jumped(to: 5))
        try order(1)
        try publish()
        #expect(positions(feed.next()) == [6])
    }

    @Test func `a MariaDB that is away is waited for`() throws {
        var away = scratch.settings
        away.socket = "/nowhere/mariadb.sock"
        let feed = EventFeed(
            RedisSettings(.unix(path: "/nowhere/redis.sock")),
            MariaDB(away),
            after: 0,
            log: log
        )
        #expect(feed.next() == .events([]))
        #expect(feed.position == 0)
    }

    @Test(arguments: 1...8)
    func `whatever happens to Redis, all comes once and in order`(seed: UInt64) throws {
        var random = Seeded(seed)
        let feed = try feed()
        var seen: [Int64] = []
        for _ in 0..<60 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: try order(Int.random(in: 1...5, using: &random))
            case 2, 3: try publish()
            case 4: _ = try redis.command(["FLUSHDB"])
            case 5:
                let last = max(1, try EventsStore.last(database))
                let lost = Int64.random(in: 1...last, using: &random)
                _ = try redis.command(["XDEL", .text(EventStream.key), .text("\(lost)-0")])
            case 6: wait(UInt64.random(in: 50...1_200, using: &random))
            default: seen += positions(feed.next())
            }
        }
        // What Redis has first, and then what it has not.
        for _ in 0..<2 {
            wait(1_000)
            seen += positions(feed.next())
        }
        let last = try EventsStore.last(database)
        #expect(seen == (0..<last).map { $0 + 1 })
    }
}

/// Chance that can be repeated.
private struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
