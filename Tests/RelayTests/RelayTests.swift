import Base
import Database
import Feed
import Glibc
import Leases
import Outbox
import Redis
import Scoreboard
import TestSupport
import Testing

@testable import Relay

/// Relays on a database and a Redis of their own, turned by hand.
@Suite(.serialized) final class RelayTests {
    private static let eventsMax = 20

    /// Apart from what other suites keep there.
    private static let redisDatabase = 14
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let redis: RedisConnection
    private let scoreboard: SharedScoreboard
    private let slot: Slot
    private let log = Log(level: .error, process: "relay", descriptor: -1)
    private var written = 0

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try scratch.apply("0005_outbox_create_events.sql")
        try scratch.apply("0015_outbox_write_events_as_lines.sql")
        try scratch.apply("0007_lease_create_leases.sql")
        redis = RedisConnection(try SharedRedis.settings(database: RelayTests.redisDatabase))
        scoreboard = try SharedScoreboard(routes: 1)
        slot = scoreboard.claimForSupervisor(generation: 0, at: Instant(milliseconds: 0))
        _ = try redis.command(["FLUSHDB"])
    }

    private func relay(_ name: String, redis settings: RedisSettings? = nil) throws -> Relay {
        var own = scratch.settings
        own.readsCommitted = true
        own.lockWaitSeconds = 1
        let redis = RedisConnection(
            try settings ?? SharedRedis.settings(database: RelayTests.redisDatabase)
        )
        return Relay(
            Lease(duty: Relay.duty, holder: name, place: name, durationMs: Relay.leaseMs),
            database: MariaDB(own),
            stream: EventStream(redis, eventsMax: Self.eventsMax),
            eventsMax: Self.eventsMax,
            scoreboard: scoreboard,
            slot: slot,
            log: log
        )
    }

    private func events(_ count: Int) -> [NewEvent] {
        (0..<count).map { _ in
            written += 1
            let digits = String(written)
            let id = "evt_" + String(repeating: "0", count: 26 - digits.count) + digits
            return NewEvent(
                id: id,
                "test.told",
                on: ["system"],
                data: Array("{\"n\":\(written)}".utf8)
            )
        }
    }

    private func tell(_ count: Int = 1, on database: MariaDB? = nil) throws {
        let events = events(count)
        try (database ?? self.database).transaction { tx in
            try Outbox.append(events, from: "test", at: Instant(milliseconds: 0), in: tx)
        }
    }

    /// Turns until there is nothing left to do at once.
    private func settle(_ relay: inout Relay, at now: UInt64 = monotonicNanoseconds()) {
        for _ in 0..<100 where relay.turn(canBeWoken: true, at: now).milliseconds < 200 {}
    }

    /// The numbers that events tell, in the order of their positions, which have no gap.
    private func ordered() throws -> [Int64] {
        let events = try EventsStore.following(0, upTo: .max, countMax: 1000, database)
        #expect(events.map(\.position) == (0..<events.count).map { Int64($0) + 1 })
        return try events.map { try #require(try $0.parsedEnvelope()["data"]?["n"]?.integer) }
    }

    private func stream() throws -> [(position: Int64, envelope: String)] {
        let reply = try redis.command(["XRANGE", .text(EventStream.key), "-", "+"])
        return try #require(reply.array).map { entry in
            let parts = try #require(entry.array)
            let id = try #require(parts[0].text)
            let fields = try #require(parts[1].array).compactMap(\.text)
            let envelope = try #require(fields.firstIndex(of: "envelope"))
            #expect(id.hasSuffix("-0"))
            return (try #require(Int64(id.dropLast(2))), fields[envelope + 1])
        }
    }

    /// The stream holds the newest events of MariaDB, all and only those.
    private func expectStreamIsTail(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let last = try EventsStore.last(database)
        let tail = try EventsStore.following(
            max(0, last - Int64(Self.eventsMax)),
            upTo: last,
            countMax: 1000,
            database
        )
        let found = try stream()
        #expect(found.map(\.position) == tail.map(\.position), sourceLocation: sourceLocation)
        #expect(found.map(\.envelope) == tail.map(\.envelope), sourceLocation: sourceLocation)
    }

    @Test func `events get positions in the order of writing, and reach the stream`() throws {
        var relay = try relay("one")
        try tell(3)
        try tell()
        settle(&relay)
        #expect(try ordered() == [1, 2, 3, 4])
        try expectStreamIsTail()
        #expect(scoreboard.relay.position == 4)
        #expect(try OutboxStore.waitingCount(database) == 0)
        #expect(scoreboard.total(.eventsOrdered) == 4)
    }

    @Test func `a gap and an end that is not the last position are told`() throws {
        var relay = try relay("one")
        let flaws = { try self.database.transaction { try EventsStore.flaws($0) } }
        #expect(try flaws() == [])
        for _ in 1...4 {
            try tell()
            settle(&relay)
        }
        #expect(try flaws() == [])
        try database.execute("DELETE FROM event_lines WHERE position = 1")
        #expect(try flaws() == [])
        try database.execute("DELETE FROM event_lines WHERE position = 3")
        #expect(try flaws() == ["from 2 to 4 there are 2 events"])
        try database.execute("UPDATE event_position SET last = 9")
        #expect(try flaws().count == 2)
    }

    @Test func `what is not committed is neither waited for nor lost`() throws {
        var relay = try relay("one")
        let slow = scratch.another()
        try slow.transaction { tx in
            try Outbox.append(
                self.events(1),
                from: "test",
                at: Instant(milliseconds: 0),
                in: tx
            )
            try self.tell()
            self.settle(&relay)
            #expect(try self.ordered() == [2])
        }
        settle(&relay)
        #expect(try ordered() == [2, 1])
        try expectStreamIsTail()
    }

    @Test func `more than a batch is ordered, and more than the stream holds is cut`() throws {
        var relay = try relay("one")
        for _ in 0..<10 { try tell(60) }
        settle(&relay)
        #expect(try ordered() == (1...600).map { $0 })
        #expect(try stream().count == Self.eventsMax)
        try expectStreamIsTail()
    }

    @Test func `of two relays one orders, and the other when its lease is given back`() throws {
        var (one, other) = (try relay("one"), try relay("other"))
        settle(&one)
        try tell()
        settle(&other)
        #expect(try ordered() == [])
        #expect(scoreboard.relay.position == 0)
        settle(&one)
        #expect(try ordered() == [1])
        try tell()
        one.end()
        #expect(!scoreboard.relay.leads)
        settle(&other)
        #expect(scoreboard.relay.leads)
        #expect(try ordered() == [1, 2])
        settle(&one)
        try expectStreamIsTail()
    }

    @Test func `a leader that slept while another took over orders nothing`() throws {
        var (one, other) = (try relay("one"), try relay("other"))
        let now = monotonicNanoseconds()
        settle(&one, at: now)
        try database.execute("UPDATE leases SET expires_at = '2000-01-01'")
        settle(&other)
        try tell()
        // It has not looked at the clock since: its own transaction has to refuse it.
        settle(&one, at: now)
        #expect(try ordered() == [])
        settle(&other)
        #expect(try ordered() == [1])
        try tell()
        settle(&one)
        #expect(try ordered() == [1])
        settle(&other)
        #expect(try ordered() == [1, 2])
        try expectStreamIsTail()
    }

    @Test func `what a relay ordered before it died is brought to Redis by its successor`() throws {
        var relay = try relay("one")
        try tell(2)
        settle(&relay)
        try tell(2)
        // As far as it came: ordered, and not yet in Redis.
        let lease = Lease(duty: Relay.duty, holder: "one", place: "", durationMs: 60_000)
        var sequencer = Sequencer(scratch.another(), lease)
        #expect(try sequencer.order().map(\.position) == [3, 4])
        #expect(try stream().count == 2)
        relay.end()
        var successor = try self.relay("other")
        settle(&successor)
        try expectStreamIsTail()
        #expect(try stream().count == 4)
    }

    @Test func `handing events over again changes nothing`() throws {
        var relay = try relay("one")
        try tell(4)
        settle(&relay)
        let events = try EventsStore.following(1, upTo: 3, countMax: 9, database)
        let again = try EventStream(redis, eventsMax: Self.eventsMax).append(events)
        #expect(again == .appended(top: 4))
        try expectStreamIsTail()
    }

    @Test func `a gap is told and leaves the stream as it was`() throws {
        var relay = try relay("one")
        try tell(4)
        settle(&relay)
        let stream = EventStream(redis, eventsMax: Self.eventsMax)
        let ahead = Event(
            position: 6,
            type: "test.told",
            topics: [],
            userID: nil,
            organisationID: nil,
            envelope: "{}"
        )
        #expect(try stream.append([ahead]) == .gap)
        try expectStreamIsTail()
        _ = try redis.command(["FLUSHDB"])
        #expect(try stream.append([ahead]) == .gap)
        #expect(try self.stream().isEmpty)
    }

    @Test(arguments: [3, 50])
    func `an emptied Redis is filled under the same positions, also while nothing happens`(
        count: Int
    ) throws {
        var relay = try relay("one")
        let now = monotonicNanoseconds()
        try tell(count)
        settle(&relay, at: now)
        let before = try stream()
        _ = try redis.command(["FLUSHDB"])
        settle(&relay, at: now + 1_000_000_000)
        #expect(try stream().map(\.position) == before.map(\.position))
        try expectStreamIsTail()
        _ = try redis.command(["FLUSHDB"])
        try tell()
        settle(&relay, at: now + 1_100_000_000)
        try expectStreamIsTail()
    }

    @Test func `a stream of another time is replaced, whether it is ahead or behind`() throws {
        var relay = try relay("one")
        let now = monotonicNanoseconds()
        try tell(30)
        settle(&relay, at: now)
        _ = try redis.command(["XADD", .text(EventStream.key), "99-0", "type", "x"])
        settle(&relay, at: now + 1_000_000_000)
        try expectStreamIsTail()
        _ = try redis.command(["DEL", .text(EventStream.key)])
        _ = try redis.command(["XADD", .text(EventStream.key), "2-0", "type", "x"])
        settle(&relay, at: now + 2_000_000_000)
        try expectStreamIsTail()
    }

    @Test func `without Redis events are ordered all the same`() throws {
        var relay = try relay("one", redis: RedisSettings(.unix(path: "/tmp/no-such-redis")))
        try tell(3)
        settle(&relay)
        #expect(try ordered() == [1, 2, 3])
        #expect(scoreboard.relay.position == 3)
        relay.end()
        var successor = try self.relay("other")
        settle(&successor)
        try expectStreamIsTail()
    }

    @Test func `positions go on where old events were deleted`() throws {
        var relay = try relay("one")
        try tell(3)
        settle(&relay)
        try database.execute("DELETE FROM event_lines")
        _ = try redis.command(["FLUSHDB"])
        relay.end()
        var successor = try self.relay("other")
        try tell()
        settle(&successor)
        let kept = try EventsStore.following(0, upTo: .max, countMax: 9, database)
        #expect(kept.map(\.position) == [4])
        #expect(try stream().map(\.position) == [4])
    }

    @Test func `who watches says so, and looks once more before it stops`() throws {
        var relay = try relay("one")
        settle(&relay)
        #expect(!scoreboard.relay.watches)
        try tell()
        #expect(!relay.turn(canBeWoken: true).isWakeable)
        #expect(scoreboard.relay.watches)
        let last = relay.turn(canBeWoken: true)
        #expect(!scoreboard.relay.watches)
        #expect(last == Relay.Rest(milliseconds: 0, isWakeable: false))
        #expect(relay.turn(canBeWoken: true).isWakeable)
        #expect(relay.turn(canBeWoken: false).milliseconds < 1000)
    }

    @Test func `a subscription hears what is published from then on`() throws {
        let settings = try SharedRedis.settings(database: RelayTests.redisDatabase)
        let subscription = RedisSubscription(settings, channel: Relay.wakeChannel)
        #expect(subscription.connect())
        let descriptor = try #require(subscription.descriptor)
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 0) == 0)
        _ = try redis.command(["PUBLISH", .text(Relay.wakeChannel), ""])
        #expect(poll(&entry, 1, 5000) == 1)
        #expect(subscription.drain())
        #expect(poll(&entry, 1, 0) == 0)
        _ = try redis.command(["CLIENT", "KILL", "TYPE", "pubsub"])
        #expect(poll(&entry, 1, 5000) == 1)
        #expect(!subscription.drain())
        #expect(subscription.connect())
    }
}
