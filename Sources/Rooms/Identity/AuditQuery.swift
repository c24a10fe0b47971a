import Base
import Database
import HTTP
import House

/// Which lines of the audit log a list is asked for.
struct AuditQuery: Input {
    var paging: Paging
    let sorting: Sorting
    var actorID: String?
    var action: String?
    var objectType: String?
    var objectID: String?
    var from: Instant?
    var to: Instant?
    /// Of the page's filter only: part of a name, an id or an address.
    var text: String?

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

    /// As the page asks: its dates are the reader's own days.
    init(paging: Paging, sorting: Sorting) {
        self.paging = paging
        self.sorting = sorting
    }

    func page(_ queries: some Queries) throws -> ListReply<AuditEntry> {
        var listing = Listing(
            select: AuditStore.select,
            count: AuditStore.each,
            paging: paging,
            isDescending: sorting.isDescending,
            order: (" ORDER BY at, id", " ORDER BY at DESC, id DESC"),
            after: (" (at, id) > (?, ?)", " (at, id) < (?, ?)")
        )
        if let actorID { listing.require("actor_id = CONVERT(? USING ascii)", actorID) }
        if let action { listing.require("action = CONVERT(? USING ascii)", action) }
        if let objectType { listing.require("object_type = CONVERT(? USING ascii)", objectType) }
        if let objectID { listing.require("object_id = CONVERT(? USING ascii)", objectID) }
        if let from { listing.require("at >= ?", from) }
        if let to { listing.require("at < ?", to) }
        if let text {
            let pattern = SearchPattern.containing(text)
            listing.require(
                """
                (actor_name LIKE ? OR object_id LIKE CONVERT(? USING ascii)
                    OR address LIKE CONVERT(? USING ascii)
                    OR CONVERT(? USING ascii) IN (id, request_id))
                """,
                pattern,
                pattern,
                pattern,
                text
            )
        }
        return try listing.page(
            queries,
            key: { [.integer($0.at.milliseconds), .string($0.id)] },
            read: AuditStore.read
        )
    }
}
