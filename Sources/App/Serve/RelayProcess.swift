import Base
import Database
import Feed
import House
import Leases
import Redis
import Relay
import Scoreboard
import Supervisor

/// What a relay does from its fork to its end: it makes its own connections, and orders events
/// while it leads.
struct RelayProcess {
    /// A paused leader's transaction holds the lease: it must end before anybody waits for long.
    private static let idleTransactionSeconds = 2
    private static let lockWaitSeconds = 2

    let settings: Settings
    let context: ChildContext
    let log: Log

    func run() throws {
        let end = try EndSignal()
        let relay = Relay(
            lease,
            database: MariaDB(databaseSettings),
            stream: EventStream(RedisConnection(redisSettings)),
            scoreboard: context.scoreboard,
            slot: context.slot,
            log: log
        )
        let subscription = RedisSubscription(redisSettings, channel: Relay.wakeChannel)
        var loop = RelayLoop(relay, subscription, until: end, log: log)
        context.becameReady()
        loop.run()
    }

    private var lease: Lease {
        var random = SystemRandomNumberGenerator()
        return Lease(
            duty: Relay.duty,
            holder: Identifier.ulid(at: Clock.system.now, random: &random),
            place: settings.source,
            durationMs: Relay.leaseMs
        )
    }

    private var databaseSettings: DatabaseSettings {
        var database = settings.database
        database.readsCommitted = true
        database.idleTransactionSeconds = RelayProcess.idleTransactionSeconds
        database.lockWaitSeconds = RelayProcess.lockWaitSeconds
        return database
    }

    /// Nobody waits for this process: it can be patient where a request cannot.
    private var redisSettings: RedisSettings {
        var redis = settings.redis
        redis.connectMsMax = 500
        redis.commandMsMax = 2000
        redis.callMsMax = 2500
        return redis
    }
}
