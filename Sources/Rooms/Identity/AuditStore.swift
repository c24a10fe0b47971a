import Base
import Database
import HTTP
import House

/// Reads the rows of `audit_entries`; every room adds to them, through `Audit`.
enum AuditStore {
    static func find(_ id: String, _ queries: some Queries) throws -> AuditEntry? {
        var sql = select
        sql.append(" WHERE id = ?", id)
        return try queries.row(sql, as: read)
    }

    /// The newest first.
    static func latest(limit: Int, _ queries: some Queries) throws -> [AuditEntry] {
        var sql = select
        sql.append(" ORDER BY at DESC, id DESC LIMIT ?", limit)
        return try queries.rows(sql, as: read)
    }

    /// What was done to one thing, the newest first.
    static func latest(
        of objectType: String,
        _ objectID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [AuditEntry] {
        var sql = select
        sql.append(
            " WHERE object_type = ? AND object_id = ? ORDER BY at DESC, id DESC LIMIT ?",
            objectType,
            objectID,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    /// The actions that occur among the newest entries, to choose from.
    static func recentActions(_ queries: some Queries) throws -> [String] {
        try queries.rows(
            """
            SELECT DISTINCT action FROM (
                SELECT action FROM audit_entries ORDER BY at DESC, id DESC LIMIT 2000
            ) AS recent ORDER BY action
            """
        ) { try $0.string() }
    }

    /// A row each, to be counted.
    static var each: SQLText { SQLText("SELECT 1 FROM audit_entries") }

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
            before: try json(try row.optionalString()),
            after: try json(try row.optionalString()),
            address: try row.string(),
            requestID: try row.string()
        )
    }

    private static func json(_ text: String?) throws -> JSON {
        try text.map { try JSON(parsing: $0) } ?? .null
    }
}
