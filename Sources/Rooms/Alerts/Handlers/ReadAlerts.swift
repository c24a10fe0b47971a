import AlertEngine
import HTTP
import House

/// `GET alerts`: those that the caller may see, the newest first.
enum ListAlerts {
    static func handle(_ call: Call) throws -> Response {
        let query = try call.query(AlertsQuery.self)
        let database = call.worker.database
        let scope = try AlertsScope(call, database)
        return .json(try query.page(in: scope, database, reply: AlertReply.init))
    }
}

/// `GET alerts/:id`: one of them.
enum ShowAlert {
    static func handle(_ call: Call) throws -> Response {
        let alert = try AlertsDesk.find(call)
        return .json(AlertReply(alert)).tagged(version: alert.version)
    }
}
