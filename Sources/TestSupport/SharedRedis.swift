import Base
import Glibc
package import Redis

/// The Redis that `make test` started for everybody.
package enum SharedRedis {
    /// A suite that empties its database has one of its own.
    package static func settings(database: Int = 0) throws -> RedisSettings {
        guard let path = getenv("ENTREPOT_TEST_REDIS_SOCKET") else {
            throw Fault("ENTREPOT_TEST_REDIS_SOCKET names the Redis that `make test` starts")
        }
        return patient(.unix(path: String(cString: path)), database: database)
    }

    /// Limits for tests of something else than time, on a machine that compiles meanwhile.
    package static func patient(
        _ address: RedisSettings.Address,
        database: Int = 0
    ) -> RedisSettings {
        RedisSettings(
            address,
            database: database,
            connectMsMax: 2000,
            commandMsMax: 2000,
            callMsMax: 4000
        )
    }
}
