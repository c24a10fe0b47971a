import AlertEngine
import Database
import HTTP
import House

/// `PATCH alerts/:id/acknowledge`: somebody deals with it.
enum AcknowledgeAlert {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let alert = try AlertsDesk.acknowledge(call, tx) { try AlertNote.asked(by: call, of: $0) }
        return .json(AlertReply(alert)).tagged(version: alert.version)
    }
}

/// `PATCH alerts/:id/resolve`: somebody says that it is over.
enum ResolveAlert {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let alert = try AlertsDesk.resolve(call, tx) { try AlertNote.asked(by: call, of: $0) }
        return .json(AlertReply(alert)).tagged(version: alert.version)
    }
}

/// What a person has to say of an alert.
struct AlertNote: Input {
    let note: String?

    init(_ fields: inout Fields) {
        note = fields.optionalText("note", 1...500)
    }

    fileprivate static func asked(by call: Call, of alert: Alert) throws -> AlertNote {
        try call.requireMatch(version: alert.version)
        return try call.input(AlertNote.self)
    }
}
