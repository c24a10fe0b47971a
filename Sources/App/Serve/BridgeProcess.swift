import Base
import Bridge
import Cache
import Crypto
import Database
import House
import Leases
import Outside
import Redis
import Scoreboard
import Supervisor

/// What a bridge does from its fork to its end: it makes its own connections, and stands between
/// the broker and the database while it leads.
struct BridgeProcess {
    /// Longer than any transaction and any wait for the broker.
    static let silenceMsMax = 90_000

    let product: Product
    let settings: Settings
    let address: MQTTAddress
    let context: ChildContext
    let log: Log

    func run() throws {
        let end = try EndSignal()
        let cache = SharedCache(RedisConnection(settings.redis))
        let database = MariaDB(settings.database)
        AfterCommit(scoreboard: context.scoreboard, slot: context.slot, cache: cache)
            .follow(database)
        let bridge = Bridge(
            lease,
            broker: broker,
            ports: product.devicePorts ?? DevicePorts(settings, cache, log),
            box: try settings.secretKeys.map { try SecretBox(keys: $0) },
            database: database,
            slot: context.slot,
            log: log
        )
        let subscription = RedisSubscription(settings.redis, channel: Bridge.wakeChannel)
        var loop = BridgeLoop(bridge, subscription, until: end, slot: context.slot, log: log)
        context.becameReady()
        loop.run()
    }

    private var lease: Lease {
        var random = SystemRandomNumberGenerator()
        return Lease(
            duty: Bridge.duty,
            holder: Identifier.ulid(at: Clock.system.now, random: &random),
            place: settings.source,
            durationMs: Bridge.leaseMs
        )
    }

    private var broker: MQTTBroker {
        MQTTBroker(
            host: address.host,
            port: address.port,
            isSecure: address.isSecure,
            authorityFile: settings.mqtt.authorityFile,
            user: settings.mqtt.user,
            password: settings.mqtt.password ?? "",
            clientID: settings.mqtt.clientID
        )
    }
}
