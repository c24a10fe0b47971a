import Base
import House

/// Where this room's pages are.
enum IdentityPath {
    static let people = "/admin/users"
    static let organisations = "/admin/organisations"
    static let roles = "/admin/roles"
    static let audit = "/admin/audit"
    /// Their pages are called alike, whichever room has them.
    private static let objectsWithPages: Set<String> = [
        "user", "organisation", "contract", "shipment", "wallet", "job", "location", "coldcell",
        "device",
    ]

    static func person(_ id: String) -> String { "\(people)/\(id)" }
    static func organisation(_ id: String) -> String { "\(organisations)/\(id)" }
    static func entry(_ id: String) -> String { "\(audit)/\(id)" }

    /// The page of what an entry of the audit log is about, if it has one.
    static func object(_ type: String, _ id: String) -> String? {
        objectsWithPages.contains(type) ? "\(Route.pageRoot)/\(type)s/\(id)" : nil
    }
}

/// How values of this room are shown.
enum IdentityWords {
    /// Without what everybody is.
    static func roles(_ roles: Set<Role>) -> Value {
        let names = Person.ordered(roles.subtracting([.user]))
        return names.isEmpty ? .nothing : .text(names.joined(separator: ", "))
    }

    static func status(_ person: Person, isLocked: Bool) -> Value {
        switch person.status {
        case .disabled: .status(Status("disabled", .quiet))
        case .active where isLocked: .status(Status("locked", .attention))
        case .active: .status(Status("active", .good))
        }
    }

    static func organisation(_ affiliation: Person.Affiliation?) -> Value {
        affiliation.map { .link($0.name, to: IdentityPath.organisation($0.id)) } ?? .nothing
    }

    static func optional(_ text: String?) -> Value {
        text.map { .text($0) } ?? .nothing
    }

    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(NumberText.grouped(Int64(number))) \(number == 1 ? one : many)"
    }
}
