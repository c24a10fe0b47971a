package import Base
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

/// Somebody as other rooms need to know them.
package struct Acquaintance: Sendable, Equatable {
    package let id: String
    package let email: String
    /// The e-mail when there is no other.
    package let name: String
    package let isActive: Bool
    package let organisationID: String?

    package init(
        id: String,
        email: String,
        name: String,
        isActive: Bool,
        organisationID: String? = nil
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.isActive = isActive
        self.organisationID = organisationID
    }
}

/// Somebody who is told what goes on in organisations, and where they are.
package struct TenantReader: Sendable, Equatable {
    package let id: String
    package let recipient: Recipient
    package let timeZone: String
    /// When they came.
    package let since: Instant
    package let organisationIDs: [String]

    package init(
        id: String,
        recipient: Recipient,
        timeZone: String,
        since: Instant,
        organisationIDs: [String]
    ) {
        self.id = id
        self.recipient = recipient
        self.timeZone = timeZone
        self.since = since
        self.organisationIDs = organisationIDs
    }
}

/// An organisation as other rooms need to know it.
package struct Tenant: Sendable, Equatable {
    package let id: String
    package let name: String

    package init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// Who there is: a port, filled by the room that keeps people.
package protocol PeopleDirectory: AnyObject {
    /// Everybody active who has a role.
    func recipients(with role: Role, _ tx: Transaction) throws -> [Recipient]

    /// Who is told what goes on in some organisations: their customers, and the technicians who
    /// look after them.
    func recipients(
        of organisationIDs: [String],
        _ queries: some Queries
    ) throws -> [String: [Recipient]]

    /// Everybody who is told of any, by id and behind one.
    func tenantReaders(
        after id: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [TenantReader]

    /// The tenants that a technician looks after.
    func organisationIDs(lookedAfterBy userID: String, _ queries: any Queries) throws -> [String]

    /// Those of these ids that there are, or all of them, by name and up to a limit.
    func tenants(_ ids: [String]?, limit: Int, _ queries: some Queries) throws -> [Tenant]

    func countTenants(_ queries: some Queries) throws -> Int64

    /// Those of these ids and e-mails whom there are, in one statement.
    func find(
        ids: [String],
        emails: [String],
        _ queries: some Queries
    ) throws -> [Acquaintance]

    /// Those whose name, e-mail or id is like this, up to a limit.
    func search(_ text: String, limit: Int, _ queries: some Queries) throws -> [Acquaintance]
}

extension PeopleDirectory {
    /// How people are called; nothing for an id that is nobody's.
    package func names(of ids: Set<String>, _ queries: some Queries) throws -> [String: String] {
        let people = try find(ids: ids.sorted(), emails: [], queries)
        return Dictionary(people.map { ($0.id, $0.name) }) { first, _ in first }
    }
}
