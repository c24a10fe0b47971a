package import Base
package import Redis
package import Scoreboard

/// Lets a bridge work until SIGTERM, and rest until something comes or is to be told.
package struct BridgeLoop {
    private var bridge: Bridge
    private let subscription: RedisSubscription
    private let end: EndSignal
    private let slot: Slot
    private let log: Log

    package init(
        _ bridge: Bridge,
        _ subscription: RedisSubscription,
        until end: EndSignal,
        slot: Slot,
        log: Log
    ) {
        self.bridge = bridge
        self.subscription = subscription
        self.end = end
        self.slot = slot
        self.log = log
    }

    package mutating func run() {
        while true {
            slot.woke(at: monotonicNanoseconds())
            // Connected before it looks: what is committed after the look is heard of.
            _ = subscription.connect()
            let rest = bridge.turn()
            log.flush()
            slot.rests()
            let news = rest.isWakeable ? [bridge.descriptor, subscription.descriptor] : []
            if end.comes(withinMs: rest.milliseconds, orReadable: news) { break }
            if rest.isWakeable { _ = subscription.drain() }
        }
        bridge.end()
        log.flush()
    }
}
