import Base
import Glibc

/// How long a process waits for as many requests as it had last time, before it serves what is
/// there.
///
/// Whoever was answered together asks again together, but for a moment: without it, the first to
/// come would be a transaction of their own, and the others wait for that. When nobody has come for
/// a few looks, who is missing went elsewhere.
struct Muster {
    private static let stepMicroseconds: UInt32 = 50
    private static let looksInVainMax = 3
    private static let waitNanosecondsMax: UInt64 = 3_000_000

    private var expected: Int32 = 1
    /// Nobody waits longer than serving took last time.
    private var servedNanoseconds: UInt64 = 0
    private let nanoseconds: () -> UInt64
    private let pause: (_ microseconds: UInt32) -> Void

    init(
        nanoseconds: @escaping () -> UInt64 = monotonicNanoseconds,
        pause: @escaping (_ microseconds: UInt32) -> Void = { usleep($0) }
    ) {
        self.nanoseconds = nanoseconds
        self.pause = pause
    }

    /// Returns how many are ready in the end: what `look` said last.
    mutating func wait(from count: Int32, _ look: () -> Int32) -> Int32 {
        let patience = min(servedNanoseconds, Muster.waitNanosecondsMax)
        let start = nanoseconds()
        var count = count
        var looksInVain = 0
        while count < expected, looksInVain < Muster.looksInVainMax,
            nanoseconds() - start < patience
        {
            pause(Muster.stepMicroseconds)
            let seen = look()
            looksInVain = seen > count ? 0 : looksInVain + 1
            count = seen
        }
        expected = count
        return count
    }

    mutating func served(inNanoseconds nanoseconds: UInt64) {
        servedNanoseconds = nanoseconds
    }
}
