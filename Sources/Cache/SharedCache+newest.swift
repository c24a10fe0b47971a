package import Base
import Redis

/// Values that bear a moment: a newer one replaces an older one and never the other way round.
extension SharedCache {
    private static let valuesMax = 128

    /// Each value is kept behind its moment in milliseconds, so that the moment can be compared.
    private static let replaceOlder = """
        for i, key in ipairs(KEYS) do
          local old = redis.call('GET', key)
          local at = ARGV[2 * i]
          if not old or tonumber(string.match(old, '^-?%d+')) <= tonumber(at) then
            redis.call('SET', key, at .. ' ' .. ARGV[2 * i + 1], 'EX', ARGV[1])
          end
        end
        """

    /// Nobody waits for the answer.
    package func noteNewest(
        _ values: [(key: String, at: Instant, value: [UInt8])],
        secondsToLive: Int
    ) {
        var rest = values[...]
        do throws(RedisError) {
            while !rest.isEmpty {
                let part = rest.prefix(Self.valuesMax)
                var command: [RedisArgument] = [
                    "EVAL", .text(Self.replaceOlder), .integer(Int64(part.count)),
                ]
                command += part.map { .text($0.key) }
                command.append(.integer(Int64(secondsToLive)))
                for (_, at, value) in part {
                    command += [.integer(at.milliseconds), .bytes(value)]
                }
                try redis.send(command)
                rest = rest.dropFirst(Self.valuesMax)
            }
        } catch {
            failures += 1
        }
    }

    /// Those that are known, by their keys.
    package func newest(_ keys: [String]) -> [String: [UInt8]] {
        guard !keys.isEmpty else { return [:] }
        let values = ask(["MGET"] + keys.map { .text($0) })?.array ?? []
        return zip(keys, values).reduce(into: [:]) { found, entry in
            guard let bytes = entry.1.bytes, let blank = bytes.firstIndex(of: UInt8(ascii: " "))
            else { return }
            found[entry.0] = Array(bytes[(blank + 1)...])
        }
    }
}

/// Turns: for so long after somebody took one, nobody has it, whichever process and host.
extension SharedCache {
    /// For the first so many of each second, however many want one.
    private static let takeTurns = """
        local free = tonumber(ARGV[2]) - tonumber(redis.call('GET', KEYS[1]) or '0')
        local taken = {}
        for i = 2, #KEYS do
          if #taken >= free then break end
          if redis.call('SET', KEYS[i], '', 'NX', 'PX', ARGV[1]) then taken[#taken + 1] = i - 1 end
        end
        if #taken > 0 then
          redis.call('INCRBY', KEYS[1], #taken)
          redis.call('EXPIRE', KEYS[1], 10)
        end
        return {free - #taken, taken}
        """
    private static let takeTurnsScript = RedisScript(name: "take-turns", text: takeTurns)

    /// Which of these have a turn now, as indices.
    ///
    /// Each has one at most in so many milliseconds, and a kind at most so many in a second: once
    /// it had them, Redis is not asked again before the next. Without Redis there is none.
    package func turns(
        of keys: [String],
        kind: String,
        eachMs: Int64,
        perSecondMax: Int64,
        at now: Instant
    ) -> Set<Int> {
        guard !keys.isEmpty else { return [] }
        let counter = "\(kind):\(now.milliseconds / 1000)"
        guard spentCounters[kind] != counter else { return [] }
        let reply = Result { () throws(RedisError) in
            try redis.script(
                Self.takeTurnsScript,
                keys: [counter] + keys.map { "\(kind):\($0)" },
                arguments: [.integer(eachMs), .integer(perSecondMax)]
            )
        }
        guard case .success(let answer) = reply, let parts = answer.array, parts.count == 2,
            let left = parts[0].integer, let places = parts[1].array
        else {
            failures += 1
            return []
        }
        if left <= 0 { spentCounters[kind] = counter }
        return Set(places.compactMap { $0.integer.map { Int($0) - 1 } })
    }
}
