package import Base
package import Redis

/// Who is there: each person with the moment until which they count as present.
///
/// It is as soft as everything in Redis: while that is away, nobody is seen, and nothing fails.
package final class Presence {
    private static let key = "entrepot:presence"
    /// People in one command.
    private static let peopleMax = 500

    private let redis: RedisConnection

    package init(_ redis: RedisConnection) {
        self.redis = redis
    }

    /// They are there for so many seconds from now; whoever is known for longer stays for longer.
    ///
    /// Nobody waits for the answer.
    package func note(_ seconds: [String: Int64], at now: Instant) {
        var rest = Array(seconds)[...]
        do throws(RedisError) {
            while !rest.isEmpty {
                var command: [RedisArgument] = ["ZADD", .text(Presence.key), "GT"]
                for (userID, seconds) in rest.prefix(Presence.peopleMax) {
                    let until = now.adding(seconds: seconds).milliseconds
                    command += [.integer(until), .text(userID)]
                }
                try redis.send(command)
                rest = rest.dropFirst(Presence.peopleMax)
            }
            try redis.send([
                "ZREMRANGEBYSCORE", .text(Presence.key), "-inf", .integer(now.milliseconds),
            ])
        } catch {
            // The connection leaves Redis alone for a while; then the next note tells all anew.
        }
    }

    /// Of these, the ones who are there.
    package func present(_ userIDs: [String], at now: Instant) -> Set<String> {
        guard !userIDs.isEmpty else { return [] }
        let command: [RedisArgument] =
            ["ZMSCORE", .text(Presence.key)] + userIDs.map { .text($0) }
        let answered = Result { () throws(RedisError) in
            try redis.command(command, retriable: true)
        }
        let scores = (try? answered.get())?.array ?? []
        return Set(
            zip(userIDs, scores).compactMap { userID, score in
                (score.text.flatMap(Double.init) ?? 0) > Double(now.milliseconds) ? userID : nil
            }
        )
    }
}
