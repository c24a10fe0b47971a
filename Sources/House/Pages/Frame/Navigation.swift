import Base

/// The way to every page, grouped by what people come for.
///
/// A page is listed once its route is declared, for those whom the route lets in: a room adds a
/// line here, and nothing else.
package struct Navigation: Sendable {
    /// What people come for.
    package enum Group: String, Sendable, CaseIterable {
        case operations = "Operations"
        case coldChain = "Cold chain"
        case energy = "Energy"
        case sales = "Sales"
        case market = "Market"
        case money = "Money"
        case system = "System"

        /// All of them; what somebody's roles are about comes first.
        package static func first(for roles: Set<Role>) -> [Group] {
            let own = allCases.filter { group in roles.contains { $0.group == group } }
            return own + allCases.filter { !own.contains($0) }
        }
    }

    /// The way to one page.
    package struct Entry: Sendable {
        package let group: Group?
        package let title: String
        package let path: String
        /// The letter that leads there after `g`.
        package let key: Character?

        package init(_ group: Group?, _ title: String, _ path: String, key: Character? = nil) {
            self.group = group
            self.title = title
            self.path = path
            self.key = key
        }
    }

    package static var entries: [Entry] {
        [
            Entry(nil, "Overview", "/admin", key: "h"),
            Entry(.operations, "Contracts", "/admin/contracts", key: "c"),
            Entry(.operations, "Shipments", "/admin/shipments", key: "i"),
            Entry(.coldChain, "Cold cells", "/admin/coldcells", key: "f"),
            Entry(.coldChain, "Devices", "/admin/devices", key: "d"),
            Entry(.coldChain, "Alerts", "/admin/alerts", key: "a"),
            Entry(.coldChain, "Dead letters", "/admin/dead-letters"),
            Entry(.money, "Wallets", "/admin/wallets", key: "w"),
            Entry(.money, "Ledger", "/admin/ledger", key: "l"),
            Entry(.system, "People", "/admin/users", key: "p"),
            Entry(.system, "Organisations", "/admin/organisations", key: "o"),
            Entry(.system, "Roles", "/admin/roles"),
            Entry(.system, "Audit log", "/admin/audit", key: "u"),
            Entry(.system, "Jobs", "/admin/jobs", key: "j"),
            Entry(.system, "Event log", "/admin/events", key: "e"),
            Entry(.system, "System", "/admin/system", key: "s"),
        ]
    }

    /// With so few entries all groups stand open.
    private static let openEntriesMax = 12

    private let entries: [Entry]

    /// `access` says who may open the page at a path, and nothing when there is none.
    package init(
        _ entries: [Entry] = Navigation.entries,
        for principal: Principal,
        access: (String) -> Access?
    ) {
        self.entries = entries.filter { access($0.path)?.allows(principal, isWrite: false) == true }
    }

    func json(active path: String) -> JSON {
        let isShort = entries.count <= Self.openEntriesMax
        let groups = Group.allCases.compactMap { group -> JSON? in
            let members = entries.filter { $0.group == group }
            guard !members.isEmpty else { return nil }
            let isOpen = isShort || members.contains { $0.path == path }
            return [
                "name": .string(group.rawValue), "isOpen": .bool(isOpen),
                "entries": .array(members.map { Self.json($0, path) }),
            ]
        }
        let alone = entries.filter { $0.group == nil }
        return [
            "alone": .array(alone.map { Self.json($0, path) }), "groups": .array(groups),
        ]
    }

    var shortcuts: JSON {
        .array(
            entries.compactMap { entry in
                entry.key.map { ["key": .string(String($0)), "title": .string(entry.title)] }
            }
        )
    }

    private static func json(_ entry: Entry, _ active: String) -> JSON {
        [
            "title": .string(entry.title), "path": .string(entry.path),
            "isActive": .bool(entry.path == active),
            "key": entry.key.map { .string(String($0)) } ?? nil,
        ]
    }
}
