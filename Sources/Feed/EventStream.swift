import Base
package import Outbox
package import Redis

/// The one stream in Redis: the newest events under their positions, for those who follow live.
///
/// It holds a copy and may vanish at any time; MariaDB has the order.
package struct EventStream {
    package static let key = "entrepot:events"
    /// Told of the newest position after each step.
    package static let channel = "entrepot:events"
    /// Kept in the stream; who was away for longer reads on from MariaDB.
    package static let eventsMax = 10_000
    private static let fillingKey = "entrepot:events:filling"
    private static let fieldsPerEvent = 5

    /// What became of events that were handed over.
    package enum Outcome: Equatable {
        case appended(top: Int64)
        /// Something below them is missing: the stream has to be filled again.
        case gap
    }

    private let redis: RedisConnection
    private let eventsMax: Int

    package init(_ redis: RedisConnection, eventsMax: Int = EventStream.eventsMax) {
        self.redis = redis
        self.eventsMax = eventsMax
    }

    /// The newest position in the stream; 0 when there is no stream.
    package func top() throws -> Int64 {
        let reply = try checked(
            try redis.command(
                ["XREVRANGE", .text(EventStream.key), "+", "-", "COUNT", 1],
                retriable: true
            )
        )
        guard let newest = reply.array?.first else { return 0 }
        guard let id = newest.array?.first?.text,
            let position = EventID.position(String(id.prefix { $0 != "-" }))
        else { throw Fault("the stream of events holds what is no event") }
        return position
    }

    /// What the stream holds after a position, oldest first; nothing says that there is no more.
    package func following(_ position: Int64, countMax: Int) throws -> [Event] {
        let reply = try checked(
            try redis.command(
                [
                    "XRANGE", .text(EventStream.key), .text("(\(position)"), "+", "COUNT",
                    .integer(Int64(countMax)),
                ],
                retriable: true
            )
        )
        return try (reply.array ?? []).map(EventStream.event)
    }

    private static func event(_ entry: RedisReply) throws -> Event {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].text,
            let position = EventID.position(String(id.prefix { $0 != "-" })),
            let fields = parts[1].array, fields.count == fieldsPerEvent * 2,
            let type = fields[1].text, let topics = fields[3].text, let user = fields[5].text,
            let organisation = fields[7].text, let envelope = fields[9].text
        else { throw Fault("the stream of events holds what is no event") }
        return Event(
            position: position,
            type: type,
            topics: topics.split(separator: " ").map(String.init),
            userID: user.isEmpty ? nil : user,
            organisationID: organisation.isEmpty ? nil : organisation,
            envelope: envelope
        )
    }

    /// Appends what is not in the stream yet and tells those who listen; twice is like once.
    package func append(_ events: [Event]) throws -> Outcome {
        try append(events, to: EventStream.key, isBeginning: false, tells: true)
    }

    /// Makes the stream anew from what is handed over batch by batch until nothing is; returns the
    /// newest position in it.
    ///
    /// Followers see the old stream or the whole new one.
    package func fill(_ next: (_ behind: Int64?) throws -> [Event]) throws -> Int64 {
        var top: Int64?
        while true {
            let events = try next(top)
            guard let last = events.last else { break }
            _ = try append(
                events,
                to: EventStream.fillingKey,
                isBeginning: top == nil,
                tells: false
            )
            top = last.position
        }
        guard let top else {
            _ = try checked(try redis.command(["DEL", .text(EventStream.key)], retriable: true))
            return 0
        }
        _ = try checked(
            try redis.pipeline(
                [
                    ["RENAME", .text(EventStream.fillingKey), .text(EventStream.key)],
                    ["PUBLISH", .text(EventStream.channel), .text(EventID.text(top))],
                ]
            )[0]
        )
        return top
    }

    private func append(
        _ events: [Event],
        to key: String,
        isBeginning: Bool,
        tells: Bool
    ) throws -> Outcome {
        var arguments: [RedisArgument] = [
            .text(tells ? EventStream.channel : ""), .integer(Int64(eventsMax)),
            .integer(isBeginning ? 1 : 0),
        ]
        arguments.reserveCapacity(
            arguments.count + events.count * (EventStream.fieldsPerEvent + 1)
        )
        for event in events {
            arguments += [
                .integer(event.position), .text(event.type),
                .text(event.topics.joined(separator: " ")), .text(event.userID ?? ""),
                .text(event.organisationID ?? ""), .text(event.envelope),
            ]
        }
        let reply = try checked(
            try redis.script(
                EventStream.appending,
                keys: [key],
                arguments: arguments,
                retriable: true
            )
        )
        guard let top = reply.integer else { throw Fault("no position from Redis: \(reply)") }
        return top < 0 ? .gap : .appended(top: top)
    }

    private func checked(_ reply: RedisReply) throws -> RedisReply {
        if let error = reply.error { throw Fault("Redis refused an event: \(error)") }
        return reply
    }

    /// One step for Redis, so that two relays cannot come between each other's look and append.
    private static let appending = RedisScript(
        name: "append events",
        text: """
            if ARGV[3] == '1' then redis.call('DEL', KEYS[1]) end
            local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
            local first = tonumber(ARGV[4])
            local top = first - 1
            if newest[1] then
                top = tonumber(string.match(newest[1][1], '^%d+'))
            elseif ARGV[3] ~= '1' and first ~= 1 then
                return -1
            end
            if top < first - 1 then return -1 end
            local before = top
            for at = 4, #ARGV, 6 do
                if tonumber(ARGV[at]) > top then
                    local added = redis.pcall('XADD', KEYS[1], ARGV[at] .. '-0',
                        'type', ARGV[at + 1], 'topics', ARGV[at + 2], 'user', ARGV[at + 3],
                        'organisation', ARGV[at + 4], 'envelope', ARGV[at + 5])
                    -- Whoever deleted the newest left a stream that takes nothing in their place.
                    if added.err then
                        return string.find(added.err, 'equal or smaller') and -1 or added
                    end
                    top = tonumber(ARGV[at])
                end
            end
            if top > before then redis.call('XTRIM', KEYS[1], 'MAXLEN', '=', ARGV[2]) end
            if ARGV[1] ~= '' and top > before then
                redis.call('PUBLISH', ARGV[1], string.format('%.0f', top))
            end
            return top
            """
    )
}
