package import Base
package import Database
package import Feed
package import Leases
import Outbox
package import Scoreboard

/// The sequencer of events: one leader among all hosts gives them their order and brings them to
/// Redis.
///
/// Every step may be its last: its successor looks at what MariaDB and Redis have, and goes on.
package struct Relay {
    package static let duty = "relay"
    /// Published by whoever committed an event.
    package static let wakeChannel = "entrepot:relay"
    package static let leaseMs = 3_000
    private static let renewalMs: UInt64 = 900
    private static let candidateMs = 250
    /// Events gather for so long while more of them come: a commit each would slow their writers.
    private static let gatheringMs = 6
    /// How long it waits to be woken, and how long when nobody can wake it.
    private static let wokenMs = 1_000
    private static let pollMs = 200

    /// What to wait for before the next turn.
    package struct Rest: Equatable {
        package let milliseconds: Int
        /// Whether being woken ends it.
        package let isWakeable: Bool
    }

    private let lease: Lease
    private let database: MariaDB
    private let scoreboard: SharedScoreboard
    private let slot: Slot
    private let log: Log
    private var sequencer: Sequencer
    private var publisher: Publisher
    private var isLeader = false
    private var renewedAt: UInt64 = 0
    private var trouble = Trouble(
        "no event can be ordered",
        over: "events are ordered again",
        .error
    )

    package init(
        _ lease: Lease,
        database: MariaDB,
        stream: EventStream,
        eventsMax: Int = EventStream.eventsMax,
        scoreboard: SharedScoreboard,
        slot: Slot,
        log: Log
    ) {
        self.lease = lease
        self.database = database
        self.scoreboard = scoreboard
        self.slot = slot
        self.log = log
        sequencer = Sequencer(database, lease)
        publisher = Publisher(stream, database, eventsMax: eventsMax, log: log)
        // Whoever was here before may have died while it watched.
        scoreboard.relay.watches = false
        scoreboard.relay.leads = false
    }

    /// Does what there is to do; `canBeWoken` says whether commits are heard of.
    package mutating func turn(canBeWoken: Bool, at now: UInt64 = monotonicNanoseconds()) -> Rest {
        do {
            let rest = try leads(at: now) ? work(canBeWoken: canBeWoken) : watch()
            trouble.isOver(log)
            return rest
        } catch {
            stepBack(error)
            return Rest(milliseconds: Relay.pollMs, isWakeable: false)
        }
    }

    /// Lets the next leader begin at once.
    package mutating func end() {
        scoreboard.relay.watches = false
        scoreboard.relay.leads = false
        guard isLeader else { return }
        isLeader = false
        do {
            try lease.release(database)
        } catch {
            log.warning("the lease was not given back", ["error": .string("\(error)")])
        }
    }

    private mutating func leads(at now: UInt64) throws -> Bool {
        guard !isLeader || now - renewedAt >= Relay.renewalMs * 1_000_000 else { return true }
        let had = isLeader
        isLeader = try lease.take(database)
        renewedAt = now
        // Redis may have been emptied since the last look.
        publisher.forget()
        guard isLeader != had else { return isLeader }
        sequencer.forget()
        scoreboard.relay.watches = false
        scoreboard.relay.leads = isLeader
        log.info(isLeader ? "this process orders the events" : "another process orders the events")
        if isLeader { slot.add(.relayTerms, 1) }
        return isLeader
    }

    private mutating func work(canBeWoken: Bool) throws -> Rest {
        let board = scoreboard.relay
        let watched = board.watches
        let events = try sequencer.order()
        slot.add(.eventsOrdered, UInt64(events.count))
        let last = sequencer.last ?? 0
        board.position = last
        let before = publisher.fillings
        let outcome = try publisher.publish(events, last: last)
        slot.add(.eventStreamFillings, UInt64(publisher.fillings - before))
        guard events.isEmpty else {
            board.watches = true
            return Rest(milliseconds: Relay.gatheringMs, isWakeable: false)
        }
        guard !watched else {
            // From here on commits wake it; one look more sees those that thought they need not.
            board.watches = false
            return Rest(milliseconds: 0, isWakeable: false)
        }
        switch outcome {
        case .behind: return Rest(milliseconds: 0, isWakeable: false)
        case .whole where canBeWoken: return Rest(milliseconds: Relay.wokenMs, isWakeable: true)
        case .whole, .away: return Rest(milliseconds: Relay.pollMs, isWakeable: true)
        }
    }

    /// Who does not lead still tells its host how far events have come.
    private func watch() throws -> Rest {
        scoreboard.relay.position = try EventsStore.last(database)
        return Rest(milliseconds: Relay.candidateMs, isWakeable: false)
    }

    private mutating func stepBack(_ error: any Error) {
        isLeader = false
        sequencer.forget()
        publisher.forget()
        scoreboard.relay.watches = false
        scoreboard.relay.leads = false
        trouble.met(error, log)
    }
}
