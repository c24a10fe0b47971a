import Base
import HTTP
import House
import Outbox

/// `GET events`: what happened, in the one order, oldest first, as far as the caller sees it.
enum ListEvents {
    static func handle(_ call: Call) throws -> Response {
        let asked = try call.query(EventsAsked.self)
        let texts = call.request.query.all("topic").filter { !$0.isEmpty }
        guard texts.count <= Following.topicsMax else {
            throw Problem.malformed("At most \(Following.topicsMax) topics can be asked for.")
        }
        let follower = try EventsAccess.follower(of: call, asking: texts)
        guard !texts.isEmpty || follower.mayFollowAll else { throw Problem.noTopic }
        let topics = try EventsAccess.topics(texts, for: follower)
        var walk = EventsWalk(behind: asked.after, limit: asked.limit)
        try walk.go(follower, topics, call.worker.database)
        return .json(EventsReply(items: walk.found, cursor: walk.position))
    }
}

/// What `GET events` is asked.
struct EventsAsked: Input {
    let after: Int64
    let limit: Int

    init(_ fields: inout Fields) {
        after = fields.value("after", .eventID, isRequired: false) ?? 0
        // Described here; it may come more than once, and is read where all of them are.
        _ = fields.optionalText("topic", 0...80)
        limit = Int(
            fields.optionalInteger("limit", 1...Paging.limitMax) ?? Paging.limitDefault
        )
    }
}

/// The answer: whoever comes again with the cursor gets what follows.
struct EventsReply: Reply {
    let items: [EventReply]
    let cursor: Int64

    func write(to reply: inout ReplyWriter) {
        reply.put("items", items)
        reply.put("cursor", EventID.text(cursor))
    }

    static var sample: EventsReply { EventsReply(items: [.sample], cursor: 4711) }
}

extension FieldRule where Value == Int64 {
    /// An id that was given to a client; an empty one is the beginning.
    fileprivate static var eventID: FieldRule<Int64> {
        FieldRule(.string(length: 0...18)) { json in
            if json.string == "" { return .success(0) }
            guard let position = json.string.flatMap(EventID.position) else {
                return .failure(.init("invalid_id", "is not the id of an event"))
            }
            return .success(position)
        }
    }
}

extension Problem {
    static var noTopic: Problem {
        .invalid([FieldError(field: "topic", code: "required", message: "is required")])
    }

    static var noSuchEvent: Problem {
        .invalid([
            FieldError(field: "after", code: "invalid_id", message: "is not the id of an event")
        ])
    }
}
