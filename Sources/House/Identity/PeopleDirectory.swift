package import Database

/// Somebody to write to.
package struct Recipient: Sendable, Equatable {
    package let email: String
    package let name: String?
    package let locale: String

    package init(email: String, name: String? = nil, locale: String = "en") {
        self.email = email
        self.name = name
        self.locale = locale
    }
}

/// Who there is: a port, filled by the room that keeps people.
package protocol PeopleDirectory: AnyObject {
    /// Everybody active who has a role.
    func recipients(with role: Role, _ tx: Transaction) throws -> [Recipient]

    /// The tenants that a technician looks after.
    func organisationIDs(lookedAfterBy userID: String, _ queries: any Queries) throws -> [String]
}
