import Base
import Database
import HTTP
import House

/// `GET admin/audit`: who changed what, newest first.
enum ListAudit {
    static func handle(_ call: Call) throws -> Response {
        .json(try call.query(AuditQuery.self).page(call.worker.database))
    }
}

struct AuditQuery: Input {
    let paging: Paging
    let sorting: Sorting
    let actorID: String?
    let action: String?
    let objectType: String?
    let objectID: String?
    let from: Instant?
    let to: Instant?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["at"],
            default: Sorting(field: "at", isDescending: true)
        )
        actorID = fields.optionalText("actorId", 1...64)
        action = fields.optionalText("action", 1...64)
        objectType = fields.optionalText("objectType", 1...32)
        objectID = fields.optionalText("objectId", 1...64)
        from = fields.optionalInstant("from")
        to = fields.optionalInstant("to")
    }
}
