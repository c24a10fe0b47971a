import Base
import Glibc
import Synchronization
import Testing

/// A clock that goes on by the same step whenever it is read.
private final class Ticking: Sendable {
    private let time = Atomic<Int64>(0)
    private let stepMs: Int64

    init(stepMs: Int64) {
        self.stepMs = stepMs
    }

    var clock: Clock {
        Clock {
            let now = self.time.add(self.stepMs, ordering: .relaxed).newValue
            return Instant(milliseconds: now)
        }
    }
}

/// A log that writes into a pipe, whose other end can be read without waiting.
private struct PipedLog: ~Copyable {
    let log: Log
    private let reading: Int32
    private let writing: Int32

    init(
        level: LogLevel,
        clock: Clock = .fixed(Instant(milliseconds: 1_772_368_496_789))
    ) throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { try #require(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        (reading, writing) = (ends[0], ends[1])
        log = Log(level: level, process: "worker \"1\"", descriptor: writing, clock: clock)
    }

    deinit {
        close(reading)
        close(writing)
    }

    func written() -> String {
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(reading, &chunk, chunk.count), count > 0 {
            text += chunk[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}

@Suite struct LogTests {
    private let start = "{\"at\":\"2026-03-01T12:34:56.789Z\",\"level\":"

    @Test func `a line is one JSON object with its fields in order`() throws {
        let piped = try PipedLog(level: .info)
        piped.log.error("It \"broke\"\nhere", ["status": 503, "causes": ["a", .null]])
        let line = piped.written()
        #expect(
            line == start + "\"error\",\"process\":\"worker \\\"1\\\"\",\"message\":"
                + "\"It \\\"broke\\\"\\nhere\",\"status\":503,\"causes\":[\"a\",null]}\n"
        )
        #expect(try JSON(parsing: line)["message"] == "It \"broke\"\nhere")
    }

    @Test func `nothing in a message or a field can begin a second line`() throws {
        let piped = try PipedLog(level: .info)
        piped.log.warning("a\r\n{\"level\":\"error\"}", ["k\n": "v\r\n"])
        let text = piped.written()
        #expect(text.utf8.filter { $0 == 0x0A || $0 == 0x0D } == [0x0A])
        #expect(text.utf8.last == 0x0A)
    }

    @Test func `quiet lines wait for the flush, a loud one takes them along in order`() throws {
        let piped = try PipedLog(level: .debug)
        piped.log.debug("1")
        piped.log.info("2")
        #expect(piped.written() == "")
        piped.log.warning("3")
        let messages = try piped.written().split(separator: "\n").map {
            try JSON(parsing: String($0))["message"]
        }
        #expect(messages == ["1", "2", "3"])
        piped.log.info("4")
        piped.log.flush()
        #expect(piped.written().contains("\"message\":\"4\"}\n"))
        piped.log.flush()
        #expect(piped.written() == "")
    }

    @Test func `quiet lines go when the first of them has waited long enough`() throws {
        let piped = try PipedLog(level: .info, clock: Ticking(stepMs: Log.delayMsMax / 2).clock)
        piped.log.info("1")
        #expect(piped.log.hasWaitingLines)
        piped.log.info("2")
        #expect(piped.written() == "")
        piped.log.info("3")
        #expect(piped.written().utf8.filter { $0 == 0x0A }.count == 3)
        #expect(!piped.log.hasWaitingLines)
        piped.log.info("4")
        #expect(piped.written() == "")
    }

    @Test func `lines below the level are not written`() throws {
        let piped = try PipedLog(level: .error)
        piped.log.debug("1")
        piped.log.info("2")
        piped.log.warning("3")
        piped.log.flush()
        #expect(piped.written() == "")
        piped.log.error("4")
        #expect(piped.written().contains("\"4\""))
    }

    @Test func `a full buffer does not wait for the flush`() throws {
        let piped = try PipedLog(level: .info)
        for _ in 0..<2 { piped.log.info(String(repeating: "x", count: 33_000)) }
        #expect(piped.written().utf8.count >= 65_000)
    }

    @Test func `a trouble that lasts is told once, and so is its end`() throws {
        let piped = try PipedLog(level: .info)
        var trouble = Trouble("it fails", over: "it works again")
        trouble.isOver(piped.log)
        for attempt in 1...3 { trouble.met(Fault("attempt \(attempt)"), piped.log) }
        trouble.isOver(piped.log)
        trouble.isOver(piped.log)
        trouble.met(Fault("once more"), piped.log)
        let lines = try piped.written().split(separator: "\n").map {
            try JSON(parsing: String($0))
        }
        #expect(lines.map { $0["message"] } == ["it fails", "it works again", "it fails"])
        #expect(lines.map { $0["error"] } == ["attempt 1", nil, "once more"])
    }

    @Test func `a log that cannot be written does not stand in the way`() {
        let log = Log(process: "worker", descriptor: -1)
        log.error("lost")
        log.flush()
    }

    @Test func `levels are known by name`() {
        for level in [LogLevel.debug, .info, .warning, .error] {
            #expect(LogLevel(name: level.name) == level)
        }
        #expect(LogLevel(name: "INFO") == nil)
        #expect(LogLevel(name: "loud") == nil)
    }
}
