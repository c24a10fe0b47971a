package import Database
import HTTP
package import House
import Outbox

/// The one order of what happened, as far as its reader may see it.
package enum EventsRoom: Room {
    package static let name = "Events"

    package static var routes: [Route] {
        [
            .get(
                "events",
                .may(.followEvents),
                "What happened, in the one order, oldest first",
                ListEvents.handle
            )
            .asks(EventsAsked.self).replies(EventsReply.self),
            .get(
                "stream",
                .may(.followEvents),
                "What happens, as it happens, as server-sent events",
                OpenStream.handle
            )
            .limited(.following).proved(by: .headerTicketOrCookie)
            .asks(StreamAsked.self).replies(OpenStream.contentType),
            .get(
                "poll",
                .may(.followEvents),
                "What happens, as it happens, asked for again and again",
                Poll.handle
            )
            .limited(.following).proved(by: .headerTicketOrCookie)
            .asks(PollAsked.self).replies(PollReply.self),
            .get(
                "system/events",
                .may(.readAllEvents),
                "What happened, newest first",
                ListSystemEvents.handle
            )
            .limited(.admin).asks(EventsQuery.self).replies(ListReply<EventReply>.self),
            .page(EventsPage.path, .may(.readAllEvents), "What happened", EventsPage.show),
            .page("\(EventsPage.path)/:id", .may(.readAllEvents), "An event", EventPage.show),
        ]
    }

    package static func overview(_ call: Call) throws -> [Region] {
        guard call.may(.followEvents) else { return [] }
        return [try LatestEvents.region(call)]
    }

    package static func flaws(_ tx: Transaction) throws -> [String] {
        try EventsStore.flaws(tx)
    }
}
