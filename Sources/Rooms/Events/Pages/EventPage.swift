import Base
import HTTP
import House
import Outbox

/// `GET /admin/events/:id`: one event, as its subscribers were told.
enum EventPage {
    static func path(of event: EventReply) -> String {
        "\(EventsPage.path)/\(EventID.text(event.position))"
    }

    static func show(_ call: Call) throws -> Response {
        let position = EventID.position(try call.path("id"))
        guard let position, let event = try EventsStore.find(position, call.worker.database) else {
            throw Problem.notFound
        }
        let reply = try EventReply(event)
        var envelope = Section("As subscribers were told")
        envelope.code = JSONIndent.text(reply.envelope)
        return try Page.parts(
            [envelope],
            about: DetailView("Event", facts(event, reply, call)),
            in: Frame(reply.type, call.session).under(Act("Event log", EventsPage.path)),
            for: call
        )
    }

    private static func facts(
        _ event: Event,
        _ reply: EventReply,
        _ call: Call
    ) -> [(name: String, value: Value)] {
        let objects = EventSubject(reply).objects.map { object in
            (
                name: object.kind.prefix(1).uppercased() + object.kind.dropFirst(),
                value: Value.id(object.id, to: EventSubject.path(object, call))
            )
        }
        return [
            ("Position", .number(event.position)),
            ("When", reply.at.map { .time($0) } ?? .nothing), ("What", .text(reply.type)),
        ] + objects + [
            ("Topics", .text(event.topics.joined(separator: ", "))),
            ("Of whom", event.userID.map { .id($0) } ?? .nothing),
            ("Tenant", event.organisationID.map { .id($0) } ?? .nothing),
            ("From", .text(reply.source)), ("Event", .id(reply.eventID)),
        ]
    }
}

/// JSON as people read it: a member a line, indented.
enum JSONIndent {
    static func text(_ json: JSON, depth: Int = 0) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch json {
        case .object(let object) where !object.members.isEmpty:
            let lines = object.members.map { member in
                "\(inner)\(JSON.string(member.key).text): \(text(member.value, depth: depth + 1))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
        case .array(let items) where !items.isEmpty:
            let lines = items.map { inner + text($0, depth: depth + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
        default: return json.text
        }
    }
}
