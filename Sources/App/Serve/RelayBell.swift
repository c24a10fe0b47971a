import Cache
import Database
import Outbox
import Relay
import Scoreboard

/// Wakes the relay after a commit, wherever it is, without waiting for anything.
struct RelayBell {
    private let scoreboard: SharedScoreboard
    private let cache: SharedCache

    init(_ scoreboard: SharedScoreboard, _ cache: SharedCache) {
        self.scoreboard = scoreboard
        self.cache = cache
    }

    func ring(afterCommitsOf database: MariaDB) {
        database.onRaised = { signal in
            // One of this host that has just found events looks again by itself.
            guard signal == Outbox.signal, !scoreboard.relay.watches else { return }
            cache.publish(Relay.wakeChannel, [])
        }
    }
}
