import Base
import Glibc
import Redis
import TestSupport
import Testing

/// Each test has its own server; one after the other, so that times mean something.
@Suite(.serialized) struct RedisFailureTests {
    @Test func `a hung Redis costs one call 50 ms and the next ones nothing`() throws {
        let server = try RedisServer()
        // The best of a few: another process may take the processor from this one.
        var first = Double.infinity
        var next = Double.infinity
        for isKept in [true, false, true, false, true, false] {
            let redis = RedisConnection(RedisSettings(server.address))
            if isKept { _ = try RedisFailureTests.insist(redis, ["PING"]) }
            server.hang()
            first = min(
                first,
                milliseconds {
                    #expect(throws: RedisError.timedOut) { try redis.command(["PING"]) }
                }
            )
            next = min(
                next,
                milliseconds {
                    #expect(throws: RedisError.unavailable) { try redis.command(["PING"]) }
                }
            )
            server.resume()
        }
        #expect(first < 50)
        #expect(next < 1)
    }

    @Test func `a Redis that is not there is noticed at once`() throws {
        let redis = RedisConnection(RedisSettings(.unix(path: "/tmp/no-such-redis.sock")))
        #expect(throws: RedisError.unreachable("No such file or directory")) {
            try redis.command(["PING"])
        }
        let closedPort = RedisConnection(RedisSettings(.tcp(host: "127.0.0.1", port: 1)))
        #expect(throws: RedisError.unreachable("Connection refused")) {
            try closedPort.command(["PING"])
        }
    }

    @Test func `failed attempts leave no descriptor open`() throws {
        let addresses: [RedisSettings.Address] = [
            .unix(path: "/tmp/no-such-redis.sock"), .tcp(host: "127.0.0.1", port: 1),
        ]
        let attempts = 2000
        for address in addresses {
            let clock = HandClock()
            let redis = RedisConnection(
                SharedRedis.patient(address),
                circuitNanoseconds: { clock.nanoseconds }
            )
            for _ in 0..<attempts {
                _ = try? redis.command(["PING"])
                clock.advance(milliseconds: 5000)
            }
            #expect(redis.statistics.failures == UInt64(attempts))
        }
        // The kernel gives the lowest number that is free.
        let next = dup(STDIN_FILENO)
        #expect((0..<Int32(attempts)).contains(next))
        close(next)
    }

    @Test func `an address that swallows packets costs one call 50 ms`() throws {
        // Its queue holds one connection and nobody accepts: the kernel drops further attempts.
        let listener = try FullListener()
        let redis = RedisConnection(RedisSettings(.tcp(host: "127.0.0.1", port: listener.port)))
        var took = Double.infinity
        for _ in 0..<3 where took >= 50 {
            let one = RedisConnection(redis.settings)
            took = min(
                took,
                milliseconds { #expect(throws: RedisError.timedOut) { try one.command(["PING"]) } }
            )
        }
        #expect(took < 50)
    }

    @Test func `after the pause one call tries, and all is well when Redis is back`() throws {
        let server = try RedisServer()
        let clock = HandClock()
        let redis = RedisConnection(
            SharedRedis.patient(server.address),
            circuitNanoseconds: { clock.nanoseconds }
        )
        _ = try redis.command(["PING"])
        server.kill()
        #expect(throws: RedisError.self) { try redis.command(["PING"]) }
        #expect(!redis.isAdmitted)
        try server.start()
        #expect(throws: RedisError.unavailable) { try redis.command(["PING"]) }
        clock.advance(milliseconds: 1000)
        #expect(try redis.command(["PING"]) == .status("PONG"))
        #expect(redis.statistics.reconnects == 1)
        #expect(redis.statistics.failures == 1)
        #expect(redis.statistics.refusedByCircuit == 1)
    }

    @Test func `a restart between two calls is not noticed by either`() throws {
        let server = try RedisServer()
        let redis = RedisConnection(SharedRedis.patient(server.address))
        _ = try redis.command(["INCR", "n"])
        server.kill()
        try server.start()
        // Not retriable: it was seen before anything was sent.
        #expect(try redis.command(["INCR", "n"]) == .integer(1))
        #expect(redis.statistics.reconnects == 1)
        #expect(redis.statistics.failures == 0)
    }

    @Test func `a connection lost in the middle is repeated only for what is retriable`() throws {
        let server = try RedisServer()
        let redis = RedisConnection(SharedRedis.patient(server.address))
        _ = try redis.command(["SET", "n", "0"])
        let leave: [RedisArgument] = ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"]
        // The server closes the connection after its own answer to the first command.
        #expect(throws: RedisError.interrupted) {
            try redis.pipeline([["INCR", "n"], leave, ["GET", "n"]])
        }
        #expect(redis.isAdmitted)
        #expect(try redis.command(["GET", "n"]).text == "1")
        // The second connection is closed as well: two attempts, and no third.
        #expect(throws: RedisError.interrupted) {
            try redis.pipeline([["INCR", "n"], leave, ["GET", "n"]], retriable: true)
        }
        #expect(!redis.isAdmitted)
        let after = RedisConnection(SharedRedis.patient(server.address))
        #expect(try after.command(["GET", "n"]).text == "3")
    }

    @Test func `a late answer is never given to the next question`() throws {
        let server = try RedisServer()
        let clock = HandClock()
        let redis = RedisConnection(
            RedisSettings(server.address),
            circuitNanoseconds: { clock.nanoseconds }
        )
        _ = try RedisFailureTests.insist(redis, ["PING"], pausing: clock)
        server.hang()
        #expect(throws: RedisError.timedOut) { try redis.command(["ECHO", "late"]) }
        server.resume()
        let reply = try RedisFailureTests.insist(redis, ["ECHO", "mine"], pausing: clock)
        #expect(reply.text == "mine")
    }

    @Test func `a forgotten script is given again`() throws {
        let server = try RedisServer()
        let redis = RedisConnection(SharedRedis.patient(server.address))
        let script = RedisScript(name: "join", text: "return KEYS[1] .. ARGV[1]")
        #expect(try redis.script(script, keys: ["a"], arguments: ["1"]).text == "a1")
        #expect(try redis.script(script, keys: ["b"], arguments: ["2"]).text == "b2")
        #expect(redis.statistics.errorReplies == 0)
        _ = try redis.command(["SCRIPT", "FLUSH"])
        #expect(try redis.script(script, keys: ["c"], arguments: ["3"]).text == "c3")
        #expect(redis.statistics.errorReplies == 1)
        #expect(try redis.script(script, keys: ["d"], arguments: ["4"]).text == "d4")
        #expect(redis.statistics.errorReplies == 1)
    }

    @Test func `another text under the same name is another script`() throws {
        let server = try RedisServer()
        let redis = RedisConnection(SharedRedis.patient(server.address))
        let one = RedisScript(name: "n", text: "return 1")
        let two = RedisScript(name: "n", text: "return 2")
        #expect(try redis.script(one, keys: [], arguments: []) == .integer(1))
        #expect(try redis.script(two, keys: [], arguments: []) == .integer(2))
    }

    @Test func `the password is asked for`() throws {
        let server = try RedisServer()
        let admin = RedisConnection(SharedRedis.patient(server.address))
        _ = try admin.command(["CONFIG", "SET", "requirepass", "right"])
        var settings = SharedRedis.patient(server.address)
        settings.password = "right"
        #expect(try RedisConnection(settings).command(["PING"]) == .status("PONG"))
        settings.password = "wrong"
        let wrong = RedisConnection(settings)
        let error = #expect(throws: RedisError.self) { try wrong.command(["PING"]) }
        guard case .refused(let reason) = error else {
            Issue.record("not refused but \(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("WRONGPASS"))
        settings.user = "default"
        settings.password = "right"
        #expect(try RedisConnection(settings).command(["PING"]) == .status("PONG"))
    }

    @Test func `a replica that may not write counts as away`() throws {
        let server = try RedisServer()
        let redis = RedisConnection(SharedRedis.patient(server.address))
        _ = try redis.command(["REPLICAOF", "127.0.0.1", "1"])
        let error = #expect(throws: RedisError.self) { try redis.command(["SET", "a", "b"]) }
        guard case .notServing = error else {
            Issue.record("not `notServing` but \(String(describing: error))")
            return
        }
        #expect(throws: RedisError.unavailable) { try redis.command(["PING"]) }
    }

    @Test func `sending to a Redis that was killed fails without a signal`() throws {
        let server = try RedisServer()
        let redis = RedisConnection(SharedRedis.patient(server.address))
        try redis.send(["INCR", "n"])
        server.kill()
        #expect(throws: RedisError.self) { try redis.send(["INCR", "n"]) }
        #expect(throws: RedisError.unavailable) { try redis.send(["INCR", "n"]) }
    }

    /// On a busy machine a call with the default limits may time out by itself.
    private static func insist(
        _ redis: RedisConnection,
        _ command: [RedisArgument],
        pausing clock: HandClock? = nil
    ) throws -> RedisReply {
        for _ in 0..<20 {
            if let reply = try? redis.command(command) { return reply }
            if let clock { clock.advance(milliseconds: 5000) } else { usleep(200_000) }
        }
        throw Fault("Redis did not answer in twenty attempts")
    }
}

/// A TCP listener whose queue is full and that accepts nobody.
private final class FullListener {
    private let descriptors: [Int32]
    let port: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(listener, pointer, length) == 0 && listen(listener, 0) == 0
                && getsockname(listener, pointer, &length) == 0
        }
        guard isListening else { throw Fault("no listener on loopback") }
        let fillers = (0..<4).map { _ in
            socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        }
        for filler in fillers {
            _ = withUnsafeBytes(of: &address) { bytes in
                connect(filler, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, length)
            }
        }
        port = Int32(UInt16(bigEndian: address.sin_port))
        descriptors = fillers + [listener]
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
