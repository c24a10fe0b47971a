import Base
import HTTP
import Outbox

/// An event as a client is given it: its place in the order, and the envelope.
struct EventReply: Reply {
    let position: Int64
    let envelope: JSON

    /// Nothing when nothing of it is seen.
    init?(_ event: Event, _ sight: Follower.Sight) throws {
        guard let text = try event.envelope(for: sight) else { return nil }
        position = event.position
        envelope = try JSON(parsing: text)
    }

    /// For those who see everything.
    init(_ event: Event) throws {
        position = event.position
        envelope = try event.parsedEnvelope()
    }

    private init() {
        position = 4711
        envelope = [
            "event_id": "evt_01HXYZ00000000000000000000", "type": "contract.created",
            "data": ["contract": ["id": "ctr_01HXYZ00000000000000000000", "quota": 1000]],
            "metadata": ["timestamp": "2026-03-01T12:34:56.000Z", "source": "api-server-01"],
        ]
    }

    func write(to reply: inout ReplyWriter) {
        reply.put("id", EventID.text(position))
        reply.put("event_id", eventID)
        reply.put("type", type)
        reply.put("data", envelope["data"] ?? nil)
        reply.put("metadata", envelope["metadata"] ?? nil)
    }

    var eventID: String { envelope["event_id"]?.string ?? "" }
    var type: String { envelope["type"]?.string ?? "" }
    var source: String { envelope["metadata"]?["source"]?.string ?? "" }

    var at: Instant? {
        (envelope["metadata"]?["timestamp"]?.string).flatMap { Instant(rfc3339: $0) }
    }

    static var sample: EventReply { EventReply() }
}
