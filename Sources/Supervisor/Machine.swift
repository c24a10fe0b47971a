import Base
import CShims
import Glibc

/// What the machine allows: set as far as we may, and warned of where it is little.
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
                ["limit": .integer(Int64(backlog))]
            )
        }
    }

    /// The longest queue of waiting connections that the kernel allows.
    static var backlog: Int32 {
        guard let bytes = readFile(somaxconnPath, bytesMax: 64) else { return SOMAXCONN }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return Int32(String(decoding: line, as: UTF8.self)) ?? SOMAXCONN
    }
}

func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

func monotonicMs() -> UInt64 {
    monotonicNanoseconds() / 1_000_000
}
