import HTTP
import House

/// `GET system/events`: what happened, newest first.
enum ListSystemEvents {
    static func handle(_ call: Call) throws -> Response {
        .json(try call.query(EventsQuery.self).page(call.worker.database))
    }
}
