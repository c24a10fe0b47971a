import Base
import CShims
import Cache
import Database
import FastCGI
import Glibc
import House
import Identity
import Outbox
import Redis
import Scoreboard
import Supervisor

/// What a worker does from its fork to its end: it makes its own connections and serves.
struct WorkerProcess {
    let product: Product
    let settings: Settings
    let context: ChildContext
    let log: Log

    func run() throws {
        // A worker that is woken lets nginx and MariaDB finish what they are at: they then hand
        // over more at once. Where that is refused, requests only cost more.
        _ = shim_schedule_as_batch()
        switch context.role {
        case .slow: giveWay()
        case .gatherer: keepPlace()
        default: break
        }
        let worker = try makeWorker()
        let pipeline = Pipeline(worker)
        let server = Server(
            listening: Array(context.descriptors.values),
            limits: limits,
            log: log
        )
        context.becameReady()
        try server.run(
            rest: {
                context.slot.rests()
                return log.hasWaitingLines ? Int32(Log.delayMsMax) : -1
            },
            woke: { context.slot.woke(at: monotonicNanoseconds()) },
            rested: { log.flush() },
            serve: { requests, answer in
                worker.authenticator.expect(requests, worker.database)
                pipeline.serve(requests, answer)
                context.slot.connections = server.connectionCount
            }
        )
    }

    /// A slow request behind another would wait although a neighbour is free: each takes one.
    private var limits: Server.Limits {
        var limits = Server.Limits()
        if context.role == .slow { limits.connectionsMax = 1 }
        limits.musters = context.role == .gatherer
        return limits
    }

    /// Hashing passwords takes what fast requests and the database leave, and a third at least.
    private func giveWay() {
        let niceness: Int32 = 5
        _ = nice(niceness)
    }

    /// Two gatherers shall not share a processor while another is idle.
    ///
    /// On a machine that is busy all over, the kernel wakes whoever is sent something beside the
    /// sender, and looks no further. Where there are more processors than gatherers, it looks.
    private func keepPlace() {
        let processors = Int(shim_processor_count())
        guard processors > 1, settings.processes.gatherers >= processors else { return }
        _ = shim_stay_on_processor(Int32(context.index % processors))
    }

    /// From shared memory, where the relay of this host keeps it; only before it has looked once,
    /// from the database.
    private func cursor(_ database: MariaDB) -> String? {
        do {
            let position = try context.scoreboard.relay.position ?? EventsStore.last(database)
            return EventID.text(position)
        } catch {
            log.warning("no place among the events", ["error": .string("\(error)")])
            return nil
        }
    }

    private func makeWorker() throws -> Worker {
        let database = MariaDB(settings.database)
        database.onSlow = { [log] sql, milliseconds in
            log.warning(
                "slow statement",
                ["sql": .string(sql), "milliseconds": .integer(Int64(milliseconds))]
            )
        }
        database.onUnlocked = { [slot = context.slot] waitNanoseconds, holdNanoseconds in
            slot.observe(.lockWait, waitNanoseconds)
            slot.observe(.lockHold, holdNanoseconds)
        }
        let redis = RedisConnection(settings.redis)
        let cache = SharedCache(redis)
        AfterCommit(scoreboard: context.scoreboard, slot: context.slot, cache: cache)
            .follow(database)
        let tokens = try TokenKeys(settings.token)
        return try Worker(
            settings: settings,
            rooms: product.rooms,
            routes: product.routes,
            clock: .system,
            log: log,
            database: database,
            cache: cache,
            limiter: RateLimiter(redis, factor: Double(settings.rateLimits.factor)),
            templates: try product.templates(settings),
            assets: product.assets,
            scoreboard: context.scoreboard,
            slot: context.slot,
            version: Product.version,
            migrator: try product.migrator(on: database),
            authenticator: Doors(
                people: IdentityAuthenticator(
                    tokens,
                    clock: .system,
                    sessionSeconds: settings.token.refreshSeconds
                )
            ),
            people: IdentityDirectory(),
            tokens: tokens,
            eventCursor: { cursor(database) }
        )
    }
}
