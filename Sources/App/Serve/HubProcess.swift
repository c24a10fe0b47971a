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

/// What a hub does from its fork to its end: it loads the newest events, and serves all who follow.
struct HubProcess {
    private static let eventsPerStep = 1_000
    private static let troubledMs = 500

    let settings: Settings
    let context: ChildContext
    let log: Log

    func run() throws {
        let end = try EndSignal()
        guard let listening = context.descriptors[HubProcess.socket(context.index)] else {
            throw Fault("there is no socket for this hub")
        }
        let database = MariaDB(EventFeed.hasty(settings.database))
        guard let window = load(database, until: end) else { return }
        let loop = try HubLoop(
            listening: listening,
            window,
            EventFeed(settings.redis, database, after: window.last, log: log),
            ports(database),
            until: end,
            slot: context.slot,
            log: log
        )
        context.becameReady()
        log.info("serving", ["position": .integer(window.last)])
        loop.run()
        log.info("ended")
    }

    private func ports(_ database: MariaDB) -> HubPorts {
        let presence = Presence(RedisConnection(settings.redis))
        return HubPorts(
            rights: { try Standings.versions(of: $0, at: Clock.system.now, database) },
            presence: { presence.note($0, at: Clock.system.now) }
        )
    }

    static func socket(_ index: Int) -> String { "hub\(index + 1)" }

    /// Without MariaDB a hub has nothing to begin with: it waits, and nothing comes when it has to
    /// end meanwhile.
    private func load(_ database: MariaDB, until end: EndSignal) -> Window? {
        var trouble: String?
        while true {
            do {
                return try window(database)
            } catch {
                if trouble == nil {
                    log.warning("no events to begin with", ["error": .string("\(error)")])
                }
                trouble = "\(error)"
                log.flush()
            }
            if end.comes(withinMs: HubProcess.troubledMs) { return nil }
        }
    }

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
