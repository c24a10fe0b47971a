import Base
import Cache
import Database
import Glibc
import House
import Identity
import Jobs
import Leases
import Redis
import Scoreboard
import Supervisor

/// What the clock does from its fork to its end: the jobs of all rooms, at their times, while this
/// host leads.
struct ClockProcess {
    /// A clock that neither rests nor says within a job that it lives is killed; longer than any
    /// statement of a job may take.
    static let silenceMsMax = 60_000
    private static let statementMsMax = 50_000
    private static let troubledMs = 1000

    let product: Product
    let settings: Settings
    let context: ChildContext
    let log: Log

    func run() throws {
        run(until: try EndSignal())
    }

    private func run(until end: EndSignal) {
        let clock = makeClock(end)
        context.becameReady()
        var trouble = Trouble("the clock stands still", over: "the clock goes on", .error)
        var waitMs = 0
        while !end.comes(withinMs: waitMs) {
            context.slot.woke(at: monotonicNanoseconds())
            do {
                waitMs = try clock.turn()
                trouble.isOver(log)
            } catch {
                trouble.met(error, log)
                waitMs = ClockProcess.troubledMs
            }
            log.flush()
            context.slot.rests()
        }
        resign(clock)
        log.flush()
    }

    private func resign(_ clock: JobClock) {
        do {
            try clock.resign()
        } catch {
            log.warning("the lead lapses by itself", ["error": .string("\(error)")])
        }
    }

    private func makeClock(_ end: EndSignal) -> JobClock {
        var working = settings.database
        working.statementTimeoutMs = ClockProcess.statementMsMax
        working.answerTimeoutSeconds = ClockProcess.statementMsMax / 1000 + 5
        let database = MariaDB(working)
        let cache = SharedCache(RedisConnection(settings.redis))
        AfterCommit(scoreboard: context.scoreboard, slot: context.slot, cache: cache)
            .follow(database)
        var random = SystemRandomNumberGenerator()
        return JobClock(
            product.jobs(Household(settings, people: IdentityDirectory(), cache: cache)),
            lease: Lease(
                duty: JobClock.duty,
                holder: Identifier.ulid(at: Clock.system.now, random: &random),
                place: place,
                durationMs: JobClock.leaseMs
            ),
            place: place,
            source: settings.source,
            duties: MariaDB(settings.database),
            database: database,
            clock: .system,
            log: log,
            isAskedToEnd: { [context] in
                context.slot.woke(at: monotonicNanoseconds())
                return end.comes()
            }
        )
    }

    private var place: String { "\(settings.source), process \(getpid())" }
}
