import Glibc
import Redis

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
