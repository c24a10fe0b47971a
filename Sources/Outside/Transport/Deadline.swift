import Base

/// A moment on the monotonic clock that a wait may not pass.
struct Deadline {
    private let nanoseconds: UInt64

    static func after(milliseconds: Int) -> Deadline {
        Deadline(nanoseconds: monotonicNanoseconds() + UInt64(max(0, milliseconds)) * 1_000_000)
    }

    func orEarlier(_ other: Deadline) -> Deadline {
        Deadline(nanoseconds: min(nanoseconds, other.nanoseconds))
    }

    /// For `poll`, rounded up: a wait of nought would be a busy one.
    var remainingMs: Int32 {
        let now = monotonicNanoseconds()
        guard nanoseconds > now else { return 0 }
        return Int32(clamping: (nanoseconds - now + 999_999) / 1_000_000)
    }
}
