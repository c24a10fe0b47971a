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

    func page(_ queries: some Queries) throws -> ListReply<AuditEntry> {
        var listing = Listing(
            select: AuditStore.select,
            count: SQLText("SELECT 1 FROM audit_entries"),
            paging: paging,
            isDescending: sorting.isDescending,
            order: (" ORDER BY at, id", " ORDER BY at DESC, id DESC"),
            after: (" (at, id) > (?, ?)", " (at, id) < (?, ?)")
        )
        if let actorID { listing.require("actor_id = ?", actorID) }
        if let action { listing.require("action = ?", action) }
        if let objectType { listing.require("object_type = ?", objectType) }
        if let objectID { listing.require("object_id = ?", objectID) }
        if let from { listing.require("at >= ?", from) }
        if let to { listing.require("at < ?", to) }
        return try listing.page(
            queries,
            key: { [.integer($0.at.milliseconds), .string($0.id)] },
            read: AuditStore.read
        )
    }
}
