package import Base
import CShims
import Glibc
package import Redis

/// Lets a relay work until SIGTERM, and rest until something is committed.
package struct RelayLoop {
    private var relay: Relay
    private let subscription: RedisSubscription
    private let log: Log
    private let ending: Int32

    /// From here on SIGTERM waits until it is asked for.
    package init(_ relay: Relay, _ subscription: RedisSubscription, log: Log) throws(Fault) {
        signal(SIGPIPE, SIG_IGN)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigprocmask(SIG_BLOCK, &set, nil)
        ending = signalfd(-1, &set, Int32(SFD_CLOEXEC))
        guard ending >= 0 else { throw Fault("no descriptor for signals, errno \(errno)") }
        self.relay = relay
        self.subscription = subscription
        self.log = log
    }

    package mutating func run() {
        while true {
            // Connected before it looks: what is committed after the look is heard of.
            let canBeWoken = subscription.connect()
            let rest = relay.turn(canBeWoken: canBeWoken)
            log.flush()
            if isAskedToEnd(during: rest) { break }
        }
        relay.end()
        log.flush()
    }

    private func isAskedToEnd(during rest: Relay.Rest) -> Bool {
        var entries = [pollfd(fd: ending, events: Int16(POLLIN), revents: 0)]
        if rest.isWakeable, let descriptor = subscription.descriptor {
            entries.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
        poll(&entries, nfds_t(entries.count), Int32(rest.milliseconds))
        if entries[0].revents != 0 { return true }
        if entries.count > 1, entries[1].revents != 0 { _ = subscription.drain() }
        return false
    }
}
