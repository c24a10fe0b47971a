import Base
import Database
import HTTP
import House

/// The rows of `audit_entries`, which are only ever added.
enum AuditStore {
    static func insert(_ entry: AuditEntry, _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO audit_entries (id, at, actor_id, actor_name, action, object_type, object_id,
                before_json, after_json, address, request_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            entry.id,
            entry.at,
            entry.actorID,
            entry.actorName,
            entry.action,
            entry.objectType,
            entry.objectID,
            text(entry.before),
            text(entry.after),
            entry.address,
            entry.requestID
        )
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT id, at, actor_id, actor_name, action, object_type, object_id, before_json,
                after_json, address, request_id
            FROM audit_entries
            """
        )
    }

    static func read(_ row: inout Row) throws -> AuditEntry {
        AuditEntry(
            id: try row.string(),
            at: try row.instant(),
            actorID: try row.string(),
            actorName: try row.string(),
            action: try row.string(),
            objectType: try row.string(),
            objectID: try row.string(),
            before: try json(row.optionalString()),
            after: try json(row.optionalString()),
            address: try row.string(),
            requestID: try row.string()
        )
    }

    private static func text(_ json: JSON) -> String? {
        json == .null ? nil : json.text
    }

    private static func json(_ text: String?) throws -> JSON {
        try text.map { try JSON(parsing: $0) } ?? .null
    }
}

extension AuditQuery {
    func page(_ queries: some Queries) throws -> ListReply<AuditEntry> {
        var listing = Listing(
            select: AuditStore.select,
            count: SQLText("SELECT 1 FROM audit_entries"),
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
        return try listing.page(
            queries,
            key: { [.integer($0.at.milliseconds), .string($0.id)] },
            read: AuditStore.read
        )
    }
}
