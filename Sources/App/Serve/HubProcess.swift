import Base
import Cache
import Database
import Feed
import House
import Hub
import Identity
import Outbox
import Redis
import Scoreboard
import Supervisor

/// What a hub does from its fork to its end: it serves all who follow, from the newest events.
struct HubProcess {
    private static let eventsPerStep = 1_000

    let settings: Settings
    let context: ChildContext
    let log: Log

    func run() throws {
        let end = try EndSignal()
        guard let listening = context.descriptors[HubProcess.socket(context.index)] else {
            throw Fault("there is no socket for this hub")
        }
        let database = MariaDB(EventFeed.hasty(settings.database))
        let loop = try HubLoop(
            listening: listening,
            ports(database),
            until: end,
            slot: context.slot,
            log: log
        )
        context.becameReady()
        log.info("serving")
        loop.run()
        log.info("ended")
    }

    private func ports(_ database: MariaDB) -> HubPorts {
        let presence = Presence(RedisConnection(settings.redis))
        return HubPorts(
            follow: {
                let window = try window(database)
                let feed = EventFeed(settings.redis, database, after: window.last, log: log)
                return (window, feed)
            },
            rights: { try Standings.versions(of: $0, at: Clock.system.now, database) },
            presence: { presence.note($0, at: Clock.system.now) }
        )
    }

    static func socket(_ index: Int) -> String { "hub\(index + 1)" }

    private func window(_ database: MariaDB) throws -> Window {
        let last = try EventsStore.last(database)
        var window = Window(endingAt: max(0, last - Int64(Window.positionsMax)))
        while window.last < last {
            let events = try EventsStore.following(
                window.last,
                upTo: last,
                countMax: HubProcess.eventsPerStep,
                database
            )
            guard let first = events.first else { return Window(endingAt: last) }
            // Older ones were deleted.
            if first.position != window.last + 1 { window.restart(at: first.position - 1) }
            for event in events { window.append(event) }
        }
        return window
    }
}
