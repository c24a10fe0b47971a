import CShims
import Glibc

/// The signals that the supervisor waits for; they stay blocked and are taken one at a time.
///
/// One wait with a time-out does what a signalfd, a timerfd and an epoll would together, and leaves
/// no descriptor for a child to close. What it returns is no longer pending: nothing fires a second
/// time after an `exec`.
enum Signals {
    private static let awaited = [SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGCHLD]
    private static let ignoredInChildren = [SIGINT, SIGHUP, SIGUSR2, SIGPIPE]

    static func take() {
        var set = awaitedSet()
        sigprocmask(SIG_SETMASK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        for number in awaited { signal(number, SIG_DFL) }
    }

    /// The next signal, or `nil` when none came in time.
    static func wait(timeoutMs: Int) -> Int32? {
        var set = awaitedSet()
        var timeout = timespec(tv_sec: timeoutMs / 1000, tv_nsec: timeoutMs % 1000 * 1_000_000)
        let number = sigtimedwait(&set, nil, &timeout)
        return number > 0 ? number : nil
    }

    /// For a child.
    ///
    /// A Ctrl-C reaches the whole group: only the supervisor may act on it.
    static func releaseForChild() {
        for number in awaited { signal(number, SIG_DFL) }
        for number in ignoredInChildren { signal(number, SIG_IGN) }
        unblockAll()
    }

    /// For another program.
    static func releaseForProgram() {
        for number in awaited + ignoredInChildren { signal(number, SIG_DFL) }
        unblockAll()
    }

    private static func unblockAll() {
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
    }

    private static func awaitedSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in awaited { sigaddset(&set, number) }
        return set
    }
}

/// How a process ended, as `waitpid` tells it.
enum ExitStatus: Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    init(_ status: Int32) {
        let number = status & 0x7f
        self = number == 0 ? .exited(status >> 8 & 0xff) : .signalled(number)
    }

    var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let number): "signal \(number)"
        }
    }
}
