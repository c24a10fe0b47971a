package import Base
import Redis

/// When each of many things last happened, in one sorted set: far more is noted than asked for.
extension SharedCache {
    private static let membersMax = 500

    /// An older moment than is known changes nothing; nobody waits for the answer.
    package func note(_ moments: [Int64: Instant], in set: String) {
        var rest = Array(moments)[...]
        do throws(RedisError) {
            while !rest.isEmpty {
                var command: [RedisArgument] = ["ZADD", .text(set), "GT"]
                for (member, moment) in rest.prefix(Self.membersMax) {
                    command += [.integer(moment.milliseconds), .integer(member)]
                }
                try redis.send(command)
                rest = rest.dropFirst(Self.membersMax)
            }
        } catch {
            failures += 1
        }
    }

    package func moments(of members: [Int64], in set: String) -> [Int64: Instant] {
        guard !members.isEmpty else { return [:] }
        let command: [RedisArgument] = ["ZMSCORE", .text(set)] + members.map { .integer($0) }
        let scores = ask(command)?.array ?? []
        return zip(members, scores).reduce(into: [:]) { found, entry in
            guard let score = entry.1.text.flatMap(Double.init) else { return }
            found[entry.0] = Instant(milliseconds: Int64(score))
        }
    }

    package func forget(_ member: Int64, in set: String) {
        _ = ask(["ZREM", .text(set), .integer(member)])
    }
}
