import Base
import Feed
import Outbox
import Scoreboard

extension HubLoop {
    private static let eventsPerRoundMax = 2_048

    /// Somebody comes: what they may have missed is read, and what follows is heard of.
    func wakes() -> Bool {
        do {
            let (window, feed) = try ports.follow()
            hub.window = window
            self.feed = feed
            lookAt = 0
            aloneSince = hub.now
            wakingTrouble.isOver(log)
            return true
        } catch {
            wakingTrouble.met(error, log)
            return false
        }
    }

    func fallAsleep() {
        feed = nil
        pending = []
        hub.window = Window(endingAt: 0)
        slot.position = 0
    }

    /// Hears of everything that has happened since.
    func look() {
        guard let feed else { return }
        while pending.count < HubLoop.eventsPerRoundMax {
            switch feed.next() {
            case .events(let events):
                pending += events
                if events.count == EventFeed.eventsPerLook { continue }
            case .jumped(let position):
                pending = []
                hub.restart(at: position)
            }
            break
        }
        slot.position = hub.last
        lookAt = monotonicNanoseconds() + UInt64(feed.restMs) * 1_000_000
        if pending.count >= HubLoop.eventsPerRoundMax { lookAt = 0 }
        // A new connection may have the number of the old one: what is watched already stays so.
        if let descriptor = feed.descriptor {
            watch(descriptor, Special.feed.rawValue, HubLoop.specialGeneration)
        }
    }

    /// Everything that is pending goes out together, when it is time for it.
    func deliver() {
        let now = monotonicNanoseconds()
        let isFull = pending.count >= HubLoop.eventsPerRoundMax
        guard isFull || pace.allows(pending.count, at: now, { hub.isTaken }) else { return }
        hub.deliver(pending)
        pace.began(pending.count, isLarge: !hub.witnesses.isEmpty, at: now)
        pending.removeAll(keepingCapacity: true)
        slot.position = hub.last
    }
}
