import Bridge
import Broker
import Cache
import Database
import Ledger
import Outbox
import Relay
import Scoreboard

/// What follows a commit, without waiting for anything: the relay and the bridge are woken,
/// wherever they are, and transfers are counted.
struct AfterCommit {
    let scoreboard: SharedScoreboard
    let slot: Slot
    let cache: SharedCache

    func follow(_ database: MariaDB) {
        database.onRaised = { signal, count in
            switch signal {
            case Outbox.signal: wakeRelay()
            case BrokerAccess.signal: cache.publish(Bridge.wakeChannel, [])
            case Ledger.signal: slot.add(.ledgerTransfers, UInt64(count))
            default: break
            }
        }
    }

    private func wakeRelay() {
        // One of this host that has just found events looks again by itself.
        guard !scoreboard.relay.watches else { return }
        cache.publish(Relay.wakeChannel, [])
    }
}
