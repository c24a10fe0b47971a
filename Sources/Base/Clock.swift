import Glibc

/// What time it is, so that a test can say it instead.
package struct Clock: Sendable {
    private let read: @Sendable () -> Instant

    package init(_ read: @escaping @Sendable () -> Instant) {
        self.read = read
    }

    package var now: Instant { read() }

    package static var system: Clock {
        Clock {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Instant(
                milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
            )
        }
    }

    package static func fixed(_ instant: Instant) -> Clock {
        Clock { instant }
    }
}

/// Nanoseconds on a clock that never goes back: for durations and deadlines, the same in every
/// process of the machine.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
