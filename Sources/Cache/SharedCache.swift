package import Redis

/// What all workers and hosts remember together for a while.
///
/// It may forget at any moment and be away at any time: a caller that finds nothing here reads
/// the truth elsewhere.
package final class SharedCache {
    package static let keyBytesMax = 512
    package static let valueBytesMax = 1024 * 1024
    /// A delete that Redis missed leaves an old value for at most this long.
    package static let secondsToLiveMax = 86_400

    let redis: RedisConnection
    /// Calls that found no Redis or an error instead of an answer.
    package internal(set) var failures: UInt64 = 0
    private var failuresTaken: UInt64 = 0
    /// Of each kind of turns, the second whose turns are all taken.
    var spentCounters: [String: String] = [:]

    package init(_ redis: RedisConnection) {
        self.redis = redis
    }

    /// How often Redis left this process without an answer since this was last asked, whoever
    /// wanted one.
    package func takeRedisFailures() -> UInt64 {
        let failures = redis.statistics.failures
        defer { failuresTaken = failures }
        return failures - failuresTaken
    }

    package func get(_ key: String) -> [UInt8]? {
        guard isUsable(key) else { return nil }
        return ask(["GET", .text(key)])?.bytes
    }

    /// A key or value that is too long is not kept.
    package func set(_ key: String, _ value: [UInt8], secondsToLive: Int) {
        guard isUsable(key), value.count <= SharedCache.valueBytesMax, secondsToLive > 0 else {
            return
        }
        let seconds = Int64(min(secondsToLive, SharedCache.secondsToLiveMax))
        _ = ask(["SET", .text(key), .bytes(value), "EX", .integer(seconds)])
    }

    /// False when Redis could not be told: until its time ends, the old value may be read again.
    @discardableResult
    package func delete(_ key: String) -> Bool {
        guard isUsable(key) else { return true }
        return ask(["DEL", .text(key)]) != nil
    }

    /// Tells whoever listens, without waiting; lost when Redis is away.
    package func publish(_ channel: String, _ message: [UInt8]) {
        do throws(RedisError) {
            try redis.send(["PUBLISH", .text(channel), .bytes(message)])
        } catch {
            failures += 1
        }
    }

    /// Whether Redis answers at the moment.
    package func ping() -> Bool {
        ask(["PING"]) != nil
    }

    /// The version of the server, while it can be asked.
    package func serverVersion() -> String? {
        let lines = ask(["INFO", "server"])?.text?.split(whereSeparator: \.isNewline) ?? []
        return lines.first { $0.hasPrefix("redis_version:") }.map { String($0.dropFirst(14)) }
    }

    private func isUsable(_ key: String) -> Bool {
        !key.isEmpty && key.utf8.count <= SharedCache.keyBytesMax
    }

    func ask(_ command: [RedisArgument]) -> RedisReply? {
        do throws(RedisError) {
            let reply = try redis.command(command, retriable: true)
            if reply.error == nil { return reply }
        } catch {
            // The connection's statistics tell what it was.
        }
        failures += 1
        return nil
    }
}
