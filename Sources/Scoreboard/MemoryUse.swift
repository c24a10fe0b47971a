import Base
import Glibc

/// How much memory a process holds, and how much of that is its own.
package struct MemoryUse: Equatable, Sendable {
    private static let fileBytesMax = 256

    package let residentBytes: UInt64
    package let privateBytes: UInt64

    /// `nil` once the process is gone.
    package static func of(_ pid: Int32) -> MemoryUse? {
        readFile("/proc/\(pid)/statm", bytesMax: fileBytesMax).flatMap {
            MemoryUse(statm: $0, pageBytes: UInt64(sysconf(Int32(_SC_PAGESIZE))))
        }
    }

    /// The file's words are pages: size, resident, shared (files and shared memory), and more.
    init?(statm: some Collection<UInt8>, pageBytes: UInt64) {
        let words = statm.split(separator: UInt8(ascii: " ")).prefix(3).compactMap {
            UInt64(String(decoding: $0, as: UTF8.self))
        }
        guard words.count == 3, words[1] >= words[2] else { return nil }
        residentBytes = words[1] * pageBytes
        privateBytes = (words[1] - words[2]) * pageBytes
    }
}
