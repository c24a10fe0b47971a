import Glibc

/// How much a line matters.
package enum LogLevel: Int, Sendable, Comparable {
    case debug, info, warning, error

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }

    package init?(name: String) {
        switch name {
        case "debug": self = .debug
        case "info": self = .info
        case "warning": self = .warning
        case "error": self = .error
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }
}

/// Writes one JSON object a line; quiet lines wait a moment for others, louder ones go at once.
package final class Log {
    private static let bufferBytesMax = 64 * 1024
    /// So much of the access log is lost when a process is killed.
    package static let delayMsMax: Int64 = 100

    package let level: LogLevel
    private let process: String
    private let descriptor: Int32
    private let clock: Clock
    private var buffer: [UInt8] = []
    private var bufferedSince = Instant(milliseconds: 0)

    package init(
        level: LogLevel = .info,
        process: String,
        descriptor: Int32 = STDERR_FILENO,
        clock: Clock = .system
    ) {
        self.level = level
        self.process = process
        self.descriptor = descriptor
        self.clock = clock
    }

    package func debug(_ message: String, _ fields: JSONObject = [:]) {
        write(.debug, message, fields)
    }

    package func info(_ message: String, _ fields: JSONObject = [:]) {
        write(.info, message, fields)
    }

    package func warning(_ message: String, _ fields: JSONObject = [:]) {
        write(.warning, message, fields)
    }

    package func error(_ message: String, _ fields: JSONObject = [:]) {
        write(.error, message, fields)
    }

    package func write(_ level: LogLevel, _ message: String, _ fields: JSONObject) {
        guard level >= self.level else { return }
        let now = clock.now
        if buffer.isEmpty { bufferedSince = now }
        buffer.append(contentsOf: "{\"at\":\"".utf8)
        buffer.append(contentsOf: now.rfc3339.utf8)
        buffer.append(contentsOf: "\",\"level\":\"".utf8)
        buffer.append(contentsOf: level.name.utf8)
        buffer.append(contentsOf: "\",\"process\":".utf8)
        JSONText.append(process, to: &buffer)
        buffer.append(contentsOf: ",\"message\":".utf8)
        JSONText.append(message, to: &buffer)
        for member in fields.members {
            buffer.append(UInt8(ascii: ","))
            JSONText.append(member.key, to: &buffer)
            buffer.append(UInt8(ascii: ":"))
            JSONText.append(member.value, to: &buffer)
        }
        buffer.append(contentsOf: "}\n".utf8)
        let isDue = now.milliseconds - bufferedSince.milliseconds >= Log.delayMsMax
        if level > .info || isDue || buffer.count > Log.bufferBytesMax { flush() }
    }

    package var hasWaitingLines: Bool { !buffer.isEmpty }

    /// A log that cannot be written is given up: no request fails for it.
    package func flush() {
        var sent = 0
        while sent < buffer.count {
            let written = buffer.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { break }
            sent += written
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
