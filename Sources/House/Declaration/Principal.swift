package import Base

/// Who is calling, once that is proved.
package struct Principal: Sendable, Equatable {
    /// What sort of caller it is.
    package enum Kind: String, Sendable {
        case user, device
    }

    package let id: String
    package let kind: Kind
    package var roles: Set<Role>
    package var name: String
    package var email: String
    package var timeZone: String
    package var sessionID: String?
    package var organisationID: String?
    package var isEmailVerified: Bool
    /// Of an API key; a person who signed in is not limited by any.
    package var scopes: Set<Scope>?
    /// What all this rests on.
    package var warrant: Warrant?
    /// Of a device.
    package var device: CallingDevice?

    package init(
        id: String,
        kind: Kind = .user,
        roles: Set<Role>,
        name: String = "",
        email: String = "",
        timeZone: String = "UTC",
        sessionID: String? = nil,
        organisationID: String? = nil,
        isEmailVerified: Bool = false,
        scopes: Set<Scope>? = nil,
        warrant: Warrant? = nil,
        device: CallingDevice? = nil
    ) {
        self.id = id
        self.kind = kind
        self.roles = roles
        self.name = name
        self.email = email
        self.timeZone = timeZone
        self.sessionID = sessionID
        self.organisationID = organisationID
        self.isEmailVerified = isEmailVerified
        self.scopes = scopes
        self.warrant = warrant
        self.device = device
    }

    /// For what a route cannot say beforehand: how much of something the caller sees.
    package func may(_ permission: Permission) -> Bool {
        permission.isGranted(to: roles)
    }

    /// Whether the API key reaches so far, if it is one.
    package func covers(_ area: Area, isWrite: Bool) -> Bool {
        guard let scopes else { return true }
        return scopes.contains { $0.covers(area, isWrite: isWrite) }
    }
}
