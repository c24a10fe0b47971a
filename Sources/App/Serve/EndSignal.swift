import Glibc

/// Whether a process without a listening socket was asked to end: SIGTERM waits until it is looked
/// at, and is remembered.
final class EndSignal {
    private var hasCome = false

    /// Before the process is ready.
    init() {
        signal(SIGPIPE, SIG_IGN)
        var set = EndSignal.set
        sigprocmask(SIG_BLOCK, &set, nil)
    }

    /// Waits so long for it.
    func comes(withinMs milliseconds: Int = 0) -> Bool {
        guard !hasCome else { return true }
        var set = EndSignal.set
        var timeout = timespec(
            tv_sec: milliseconds / 1000,
            tv_nsec: milliseconds % 1000 * 1_000_000
        )
        hasCome = sigtimedwait(&set, nil, &timeout) == SIGTERM
        return hasCome
    }

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        return set
    }
}
