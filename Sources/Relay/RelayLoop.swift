package import Base
package import Redis

/// Lets a relay work until SIGTERM, and rest until something is committed.
package struct RelayLoop {
    private var relay: Relay
    private let subscription: RedisSubscription
    private let end: EndSignal
    private let log: Log

    package init(
        _ relay: Relay,
        _ subscription: RedisSubscription,
        until end: EndSignal,
        log: Log
    ) {
        self.relay = relay
        self.subscription = subscription
        self.end = end
        self.log = log
    }

    package mutating func run() {
        while true {
            // Connected before it looks: what is committed after the look is heard of.
            let canBeWoken = subscription.connect()
            let rest = relay.turn(canBeWoken: canBeWoken)
            log.flush()
            let waker = rest.isWakeable ? subscription.descriptor : nil
            if end.comes(withinMs: Int(rest.milliseconds), orReadable: waker) { break }
            if waker != nil { _ = subscription.drain() }
        }
        relay.end()
        log.flush()
    }
}
