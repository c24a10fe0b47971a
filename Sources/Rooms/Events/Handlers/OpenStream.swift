import Base
import HTTP
import House
import Outbox
import Scoreboard

/// `GET stream`: what happens from now on, or after an event that the caller has; a hub sends it.
enum OpenStream {
    static let contentType = "text/event-stream"

    static func handle(_ call: Call) throws -> Response {
        let asked = try call.query(StreamAsked.self)
        let id = call.request.headers["last-event-id"] ?? asked.lastEventID
        let grant = try Following.grant(call, beginningAfter: id)
        return Following.handOver(grant, call, contentType)
    }
}

/// `GET poll`: the same for those who ask again and again; a hub answers when there is something.
enum Poll {
    static func handle(_ call: Call) throws -> Response {
        let asked = try call.query(PollAsked.self)
        var grant = try Following.grant(call, beginningAfter: asked.after)
        // Who does not say from where learns it, and waits for nothing.
        grant.waitSeconds = grant.beginning == .now ? 0 : asked.waitSeconds
        return Following.handOver(grant, call, "application/json")
    }
}

/// What a hub is told of somebody who may follow.
enum Following {
    static let topicsMax = 20

    /// The topics that are asked for, each of which the caller may follow, and the place in the
    /// order.
    static func grant(_ call: Call, beginningAfter id: String?) throws -> Grant {
        let texts = call.request.query.all("topic").filter { !$0.isEmpty }
        guard texts.count <= topicsMax else {
            throw Problem.malformed("At most \(topicsMax) topics can be asked for.")
        }
        let follower = try EventsAccess.follower(of: call, asking: texts)
        guard !texts.isEmpty || follower.mayFollowAll else { throw Problem.noTopic }
        return Grant(
            follower,
            try EventsAccess.topics(texts, for: follower),
            from: try beginning(id, call),
            warrant: try call.caller().warrant
        )
    }

    static func handOver(_ grant: Grant, _ call: Call, _ contentType: String) -> Response {
        if call.request.method == .head { return .bytes([], contentType: contentType) }
        return .handedOver(to: Grant.place, telling: grant.json).with("content-type", contentType)
    }

    /// A position ahead of what this host knows may be another's newest; ahead of all of them is
    /// only what was never given out.
    private static func beginning(_ id: String?, _ call: Call) throws -> Grant.Beginning {
        guard let id, !id.isEmpty else { return .now }
        guard let position = EventID.position(id) else { return .unknown }
        let database = call.worker.database
        if let known = call.worker.scoreboard.relay.position, position <= known {
            return .after(position)
        }
        if position <= (try EventsStore.last(database)) { return .after(position) }
        return position <= (try EventsStore.lastOfAll(database)) ? .after(position) : .unknown
    }
}

/// What `GET stream` is asked.
struct StreamAsked: Input {
    let lastEventID: String?

    init(_ fields: inout Fields) {
        lastEventID = fields.optionalText("lastEventId", 0...64)
        // Described here; it may come more than once, and is read where all of them are.
        _ = fields.optionalText("topic", 0...80)
        _ = fields.optionalText("ticket", 0...100)
    }
}

/// What `GET poll` is asked.
struct PollAsked: Input {
    private static let waitSecondsUsual: Int64 = 25
    private static let waitSecondsMax: Int64 = 60

    let after: String?
    let waitSeconds: Int64

    init(_ fields: inout Fields) {
        after = fields.optionalText("after", 0...64)
        waitSeconds =
            fields.optionalInteger("wait", 0...PollAsked.waitSecondsMax)
            ?? PollAsked.waitSecondsUsual
        _ = fields.optionalText("topic", 0...80)
        _ = fields.optionalText("ticket", 0...100)
    }
}

/// The answer to a poll, as a hub writes it: whoever comes again with the cursor gets what follows.
struct PollReply: Reply {
    let events: [EventReply]
    let cursor: Int64
    /// The caller has missed something, and must read anew what it shows.
    let isReset: Bool

    func write(to reply: inout ReplyWriter) {
        reply.put("events", events)
        reply.put("cursor", EventID.text(cursor))
        reply.put("reset", isReset)
    }

    static var sample: PollReply { PollReply(events: [.sample], cursor: 4711, isReset: false) }
}
