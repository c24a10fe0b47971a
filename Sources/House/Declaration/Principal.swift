package import Base

/// Who is calling, once that is proved.
package struct Principal: Sendable, Equatable {
    /// What sort of caller it is.
    package enum Kind: String, Sendable {
        case user, device
    }

    package let id: String
    package let kind: Kind
    package let roles: Set<Role>
    package let expiresAt: Instant?

    package init(id: String, kind: Kind, roles: Set<Role>, expiresAt: Instant? = nil) {
        self.id = id
        self.kind = kind
        self.roles = roles
        self.expiresAt = expiresAt
    }
}
