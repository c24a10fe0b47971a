import Glibc
import Redis

/// A sentence that makes a suite fail when what it needs is not there.
struct MissingRedis: Error, CustomStringConvertible {
    let description: String
}

/// A connection to the server that `make test` started for everybody.
func sharedRedis() throws -> RedisConnection {
    guard let path = getenv("ENTREPOT_TEST_REDIS_SOCKET") else {
        throw MissingRedis(
            description: "ENTREPOT_TEST_REDIS_SOCKET must name the socket of a running Redis; "
                + "`make test` starts one and sets it."
        )
    }
    return RedisConnection(
        RedisSettings(
            .unix(path: String(cString: path)),
            connectMsMax: 2000,
            commandMsMax: 2000,
            callMsMax: 4000
        )
    )
}

func absentRedis() -> RedisConnection {
    RedisConnection(RedisSettings(.unix(path: "/tmp/no-such-redis.sock")))
}

/// Tells the keys of this test from those of any other run.
func uniqueName() -> String {
    "t\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
}

/// A clock that a test moves by hand.
final class HandClock {
    private(set) var nanoseconds: UInt64 = 1

    func advance(milliseconds: UInt64) { nanoseconds += milliseconds * 1_000_000 }
}
