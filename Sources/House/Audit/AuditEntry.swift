package import Base

/// A line of the audit log: who changed what, from where, and how it was before.
package struct AuditEntry: Sendable {
    package let id: String
    package let at: Instant
    package let actorID: String
    package let actorName: String
    package let action: String
    package let objectType: String
    package let objectID: String
    package let before: JSON
    package let after: JSON
    package let address: String
    package let requestID: String

    package init(
        id: String,
        at: Instant,
        actorID: String,
        actorName: String,
        action: String,
        objectType: String,
        objectID: String,
        before: JSON,
        after: JSON,
        address: String,
        requestID: String
    ) {
        self.id = id
        self.at = at
        self.actorID = actorID
        self.actorName = actorName
        self.action = action
        self.objectType = objectType
        self.objectID = objectID
        self.before = before
        self.after = after
        self.address = address
        self.requestID = requestID
    }
}
