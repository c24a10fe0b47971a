import Base
import Database
import HTTP
import House

/// A line of the audit log: who changed what, from where, and how it was before.
struct AuditEntry: Sendable {
    let id: String
    let at: Instant
    let actorID: String
    let actorName: String
    let action: String
    let objectType: String
    let objectID: String
    let before: JSON
    let after: JSON
    let address: String
    let requestID: String
}

/// Writes the audit log, in the transaction of the change itself.
enum Audit {
    /// A key's name stands behind its owner's, so that both together may be longer than the column.
    private static let actorNameScalarsMax = 254

    static func record(
        _ action: String,
        _ objectType: String,
        _ objectID: String,
        before: JSON = .null,
        after: JSON = .null,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try AuditStore.insert(
            AuditEntry(
                id: call.worker.makeID("aud"),
                at: call.worker.clock.now,
                actorID: call.principal?.id ?? "anonymous",
                actorName: String(
                    (call.principal?.name ?? "").unicodeScalars.prefix(actorNameScalarsMax)
                ),
                action: action,
                objectType: objectType,
                objectID: objectID,
                before: before,
                after: after,
                address: call.request.remoteAddress,
                requestID: call.request.id
            ),
            tx
        )
    }
}

extension AuditEntry: Reply {
    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("at", at)
        reply.put("actorId", actorID)
        reply.put("actorName", actorName)
        reply.put("action", action)
        reply.put("objectType", objectType)
        reply.put("objectId", objectID)
        reply.put("before", before)
        reply.put("after", after)
        reply.put("address", address)
        reply.put("requestId", requestID)
    }

    static var sample: AuditEntry {
        AuditEntry(
            id: "aud_01HXYZ00000000000000000000",
            at: Instant(milliseconds: 1_772_368_496_789),
            actorID: "usr_01HXYZ00000000000000000000",
            actorName: "Asha Rao",
            action: "user.changed",
            objectType: "user",
            objectID: "usr_01HXYZ00000000000000000001",
            before: ["status": "active"],
            after: ["status": "disabled"],
            address: "192.0.2.1",
            requestID: "01HXYZ00000000000000000000"
        )
    }
}
