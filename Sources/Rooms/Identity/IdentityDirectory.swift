package import Database
package import House

/// Tells other rooms whom to write to.
package final class IdentityDirectory: PeopleDirectory {
    package init() {}

    package func recipients(with role: Role, _ tx: Transaction) throws -> [Recipient] {
        try PeopleStore.list(role: role, tx).map { person in
            Recipient(
                email: person.email,
                name: person.firstName == nil ? nil : person.displayName,
                locale: person.locale
            )
        }
    }

    package func names(
        of ids: Set<String>,
        _ queries: some Queries
    ) throws -> [String: String] {
        let people = try PeopleStore.list(ids: ids, queries)
        return Dictionary(people.map { ($0.id, $0.displayName) }) { first, _ in first }
    }
}
