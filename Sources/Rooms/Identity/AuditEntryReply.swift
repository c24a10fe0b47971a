import Base
package import HTTP
package import House

extension AuditEntry: Reply {
    package func write(to reply: inout ReplyWriter) {
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

    package static var sample: AuditEntry {
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
