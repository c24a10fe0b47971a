import Base
import Redis
import TestSupport
import Testing

@testable import Cache

@Suite struct PresenceTests {
    private let start = Instant(milliseconds: 1_772_368_496_789)

    @Test func `who was noted is there until their time ends`() throws {
        let presence = Presence(RedisConnection(try SharedRedis.settings()))
        let (short, long, nobody) = (uniqueName(), uniqueName(), uniqueName())
        presence.note([short: 25, long: 60], at: start)
        let all = [short, long, nobody]
        #expect(presence.present(all, at: start) == [short, long])
        #expect(presence.present(all, at: start.adding(seconds: 25)) == [long])
        #expect(presence.present(all, at: start.adding(seconds: 60)) == [])
        #expect(presence.present([], at: start) == [])
    }

    @Test func `a shorter note does not take away a longer one`() throws {
        let presence = Presence(RedisConnection(try SharedRedis.settings()))
        let name = uniqueName()
        presence.note([name: 60], at: start)
        presence.note([name: 25], at: start)
        #expect(presence.present([name], at: start.adding(seconds: 50)) == [name])
    }

    @Test func `many are noted at once`() throws {
        let presence = Presence(RedisConnection(try SharedRedis.settings()))
        let names = (0..<1_200).map { "\(uniqueName())-\($0)" }
        presence.note(Dictionary(uniqueKeysWithValues: names.map { ($0, 60) }), at: start)
        #expect(presence.present(names, at: start).count == 1_200)
    }

    @Test func `without Redis nobody is there, and nothing fails`() {
        let presence = Presence(absentRedis())
        presence.note(["usr_a": 60], at: start)
        #expect(presence.present(["usr_a"], at: start) == [])
    }
}
