import Base
import Database

/// The rows of `audit_entries`, which are only ever added.
enum AuditEntriesStore {
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

    private static func text(_ json: JSON) -> String? {
        json == .null ? nil : json.text
    }
}
