package import Database
package import House

/// Tells other rooms whom there is, and whom to write to.
package final class IdentityDirectory: PeopleDirectory {
    package init() {}

    package func recipients(with role: Role, _ tx: Transaction) throws -> [Recipient] {
        try PeopleStore.list(role: role, tx).map(Self.recipient)
    }

    private static func recipient(_ person: Person) -> Recipient {
        Recipient(
            email: person.email,
            name: person.firstName == nil ? nil : person.displayName,
            locale: person.locale
        )
    }

    package func recipients(
        of organisationIDs: [String],
        _ queries: some Queries
    ) throws -> [String: [Recipient]] {
        let people = try TenantPeopleStore.toldOf(organisationIDs, queries)
        return people.mapValues { $0.map(Self.recipient) }
    }

    package func tenantReaders(
        after id: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [TenantReader] {
        try TenantPeopleStore.readers(after: id, limit: limit, queries).map { person, tenantIDs in
            TenantReader(
                id: person.id,
                recipient: Self.recipient(person),
                timeZone: person.timeZone,
                since: person.createdAt,
                organisationIDs: tenantIDs
            )
        }
    }

    package func organisationIDs(
        lookedAfterBy userID: String,
        _ queries: any Queries
    ) throws -> [String] {
        try OrganisationsStore.ids(lookedAfterBy: userID, queries)
    }

    package func tenants(
        _ ids: [String]?,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Tenant] {
        try OrganisationsStore.list(ids, limit: limit, queries).map { organisation in
            Tenant(id: organisation.id, name: organisation.name)
        }
    }

    package func countTenants(_ queries: some Queries) throws -> Int64 {
        Int64(try OrganisationsStore.count(queries))
    }

    package func find(
        ids: [String],
        emails: [String],
        _ queries: some Queries
    ) throws -> [Acquaintance] {
        try PeopleStore.acquaintances(ids: ids, emails: emails, queries)
    }

    package func search(
        _ text: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Acquaintance] {
        try PeopleStore.search(text, limit: limit, queries).map { person in
            Acquaintance(
                id: person.id,
                email: person.email,
                name: person.displayName,
                isActive: person.status == .active,
                organisationID: person.organisation?.id
            )
        }
    }
}
