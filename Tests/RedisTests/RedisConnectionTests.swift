import Glibc
import Redis
import TestSupport
import Testing

@Suite struct RedisConnectionTests {
    let redis: RedisConnection
    let prefix = "test:\(getpid()):\(UInt64.random(in: 0...UInt64.max))"

    init() throws { redis = RedisConnection(try SharedRedis.settings()) }

    @Test func `every kind of reply arrives as itself`() throws {
        #expect(try redis.command(["SET", "\(prefix):a", "x", "EX", 60]) == .status("OK"))
        #expect(try redis.command(["GET", "\(prefix):a"]) == .bytes([0x78]))
        #expect(try redis.command(["GET", "\(prefix):none"]) == .null)
        #expect(try redis.command(["EXISTS", "\(prefix):a"]) == .integer(1))
        let mixed = try redis.command(["EVAL", "return {1, 'two', {3}, false}", 0])
        #expect(
            mixed
                == .array([.integer(1), .bytes([0x74, 0x77, 0x6F]), .array([.integer(3)]), .null])
        )
        let wrong = try redis.command(["INCR", "\(prefix):a"])
        #expect(wrong.error?.hasPrefix("ERR value is not an integer") == true)
        #expect(redis.statistics.errorReplies == 1)
        #expect(redis.statistics.failures == 0)
    }

    @Test func `words are binary-safe and may be empty`() throws {
        let value: [UInt8] = [0, 0x0D, 0x0A, 0xFF, 0x25, 0x73]
        _ = try redis.command(["SET", "\(prefix):b", .bytes(value), "EX", 60])
        #expect(try redis.command(["GET", "\(prefix):b"]).bytes == value)
        #expect(try redis.command(["ECHO", ""]) == .bytes([]))
    }

    @Test func `a long value comes back whole`() throws {
        let value = [UInt8](repeating: 7, count: 3_000_000)
        _ = try redis.command(["SET", "\(prefix):long", .bytes(value), "EX", 60])
        #expect(try redis.command(["GET", "\(prefix):long"]).bytes == value)
    }

    @Test func `a pipeline answers in the order of its commands`() throws {
        let commands = (0..<500).map { ["ECHO", .integer($0)] as [RedisArgument] }
        let replies = try redis.pipeline(commands)
        #expect(replies.map(\.text) == (0..<500).map { "\($0)" })
    }

    @Test func `what was sent without waiting is done, and its answers are never mistaken`() throws
    {
        let key = "\(prefix):sent"
        let count = RedisConnection.owedRepliesMax * 3
        for _ in 0..<count { try redis.send(["INCR", .text(key)]) }
        #expect(try redis.command(["ECHO", "mine"]).text == "mine")
        #expect(try redis.command(["GET", .text(key)]).text == "\(count)")
        _ = try redis.command(["EXPIRE", .text(key), 60])
    }

    @Test func `an error answered to what was sent is counted`() throws {
        try redis.send(["NO-SUCH-COMMAND"])
        #expect(try redis.command(["ECHO", "mine"]).text == "mine")
        #expect(redis.statistics.errorReplies == 1)
    }

    @Test func `a database number that does not exist is refused`() throws {
        var settings = try SharedRedis.settings()
        settings.database = 9999
        let connection = RedisConnection(settings)
        #expect(throws: RedisError.refused("ERR DB index is out of range")) {
            try connection.command(["PING"])
        }
        #expect(throws: RedisError.unavailable) { try connection.command(["PING"]) }
    }

    @Test func `databases are apart`() throws {
        var settings = try SharedRedis.settings()
        settings.database = 1
        let other = RedisConnection(settings)
        _ = try redis.command(["SET", "\(prefix):c", "x", "EX", 60])
        #expect(try other.command(["GET", "\(prefix):c"]) == .null)
    }

    @Test func `a socket path that would be cut is refused`() {
        let long = "/tmp/" + String(repeating: "a", count: 120)
        let connection = RedisConnection(RedisSettings(.unix(path: long)))
        #expect(throws: RedisError.unreachable("the socket's path is longer than 107 bytes")) {
            try connection.command(["PING"])
        }
    }
}
