import Base
import HTTP
import House
import Outbox

/// What happened last, as far as the reader may see it: a part of the first page.
enum LatestEvents {
    private static let rowsMax = 8
    /// So far back it looks for them.
    private static let positionsMax = 200

    static func region(_ call: Call) throws -> Region {
        let follower = try EventsAccess.follower(of: call, asking: ["alerts"])
        let topics = topics(of: follower)
        let following = topics.isEmpty ? News() : News(topics)
        return Region("events", following) { try section(follower, topics, call) }
    }

    /// None stands for all events, for who may follow them.
    private static func topics(of follower: Follower) -> [Topic] {
        guard !follower.mayFollowAll else { return [] }
        let all = [Topic.Kind.contracts, .shipments, .orders, .alerts].map { Topic($0) }
        let own = [Topic.Kind.wallets, .energy, .users].map { Topic($0, follower.userID) }
        return (all + own).filter { follower.mayFollow($0) }
    }

    private static func section(
        _ follower: Follower,
        _ topics: [Topic],
        _ call: Call
    ) throws -> Section {
        let newest = try EventsStore.preceding(
            .max,
            countMax: positionsMax,
            call.worker.database
        )
        let seen = newest.lazy.map { ($0, follower.sight(of: $0, through: topics)) }
            .filter { $0.1 > .nothing }.prefix(rowsMax)
        let mayOpen = call.may(.readAllEvents)
        var section = Section("Last events")
        section.table =
            TableView(
                "events",
                at: "",
                columns: [.init("When", .time), .init("What"), .init("About")],
                rows: try seen.compactMap { event, sight in
                    guard let reply = try EventReply(event, sight) else { return nil }
                    return [
                        reply.at.map { .time($0) } ?? .nothing,
                        mayOpen
                            ? .link(reply.type, to: EventPage.path(of: reply)) : .text(reply.type),
                        EventSubject(reply).link(sight, call),
                    ]
                },
                empty: .init("Nothing has happened yet", "The newest events stand here.")
            ).withoutFile
        if mayOpen { section.act = Act("Event log", EventsPage.path) }
        return section
    }
}
