import CShims
import Glibc

/// Whether a process without a listening socket was asked to end: SIGTERM waits until it is looked
/// at, and stays for whoever looks again.
package final class EndSignal {
    /// Readable from then on, for whoever waits for other things too.
    package let descriptor: Int32

    /// Before the process is ready.
    package init() throws(Fault) {
        signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC))
        guard descriptor >= 0 else { throw Fault("no descriptor for signals, errno \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    /// Waits so long for it, and no longer than until `other` has something to read.
    package func comes(withinMs milliseconds: Int = 0, orReadable other: Int32? = nil) -> Bool {
        comes(withinMs: milliseconds, orReadable: [other])
    }

    /// The same for several others.
    package func comes(withinMs milliseconds: Int, orReadable others: [Int32?]) -> Bool {
        var entries = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        for case let other? in others {
            entries.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0))
        }
        poll(&entries, nfds_t(entries.count), Int32(milliseconds))
        return entries[0].revents != 0
    }
}
