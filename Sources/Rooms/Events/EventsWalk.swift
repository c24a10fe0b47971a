import Database
import HTTP
import Outbox

/// Goes along the order from a position until it has found enough, or has looked at enough.
struct EventsWalk {
    private static let eventsPerLook = 200
    private static let positionsPerLook: Int64 = 20_000
    private static let looksMax = 20

    /// Everything up to here was looked at.
    private(set) var position: Int64
    private(set) var found: [EventReply] = []
    private let limit: Int

    init(behind position: Int64, limit: Int) {
        self.position = position
        self.limit = limit
    }

    /// The position moves past what the follower does not see, so that it ends in any case.
    mutating func go(
        _ follower: Follower,
        _ topics: [Topic],
        _ database: MariaDB
    ) throws {
        let last = try last(database)
        for _ in 0..<EventsWalk.looksMax where position < last && found.count < limit {
            let end = min(last, position + EventsWalk.positionsPerLook)
            let events = try EventsStore.following(
                position,
                upTo: end,
                topics: topics,
                countMax: EventsWalk.eventsPerLook,
                database
            )
            for event in events where found.count < limit {
                position = event.position
                let sight = follower.sight(of: event, through: topics)
                if let reply = try EventReply(event, sight) { found.append(reply) }
            }
            if found.count < limit, events.count < EventsWalk.eventsPerLook { position = end }
        }
    }

    /// A position that lies ahead of this node of a cluster is waited for; one that lies ahead of
    /// all was never an id.
    private func last(_ database: MariaDB) throws -> Int64 {
        let last = try EventsStore.last(database)
        guard position > last else { return last }
        let lastOfAll = try EventsStore.lastOfAll(database)
        guard position <= lastOfAll else { throw Problem.noSuchEvent }
        return lastOfAll
    }
}
