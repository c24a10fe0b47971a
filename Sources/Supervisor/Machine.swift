import Base
import CShims
import Glibc

/// What the machine allows: limits that are set at the start, and looked at so that nobody is surprised later.
enum Machine {
    private static let openFilesWanted = 4_096
    private static let backlogWanted = 1_024
    private static let somaxconnPath = "/proc/sys/net/core/somaxconn"

    static func prepare(_ settings: SupervisorSettings, _ log: Log) {
        let openFiles = shim_raise_open_files()
        if openFiles < openFilesWanted {
            log.warning("few open files are allowed", ["limit": .integer(Int64(openFiles))])
        }
        if shim_limit_core(settings.coreBytesMax) != 0 {
            log.warning("core dumps cannot be limited")
        }
        if backlog < backlogWanted {
            // A full backlog is an immediate 502 from nginx.
            log.warning(
                "connections beyond net.core.somaxconn are refused in a rush: raise it",
                ["limit": .integer(Int64(backlog))])
        }
    }

    /// The longest queue of waiting connections that the kernel allows.
    static var backlog: Int32 {
        firstLine(somaxconnPath).flatMap { Int32($0) } ?? SOMAXCONN
    }

    private static func firstLine(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}

func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

func monotonicMs() -> UInt64 {
    monotonicNanoseconds() / 1_000_000
}
