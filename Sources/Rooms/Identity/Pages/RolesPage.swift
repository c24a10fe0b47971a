import Base
import HTTP
import House

/// `GET /admin/roles`: the one table of who may what.
enum RolesPage {
    static func tabs(active path: String) -> TabsView {
        TabsView(
            "Sides of the roles",
            [
                (Act("Permissions", IdentityPath.roles), nil),
                (Act("Routes", RoutesPage.path), nil),
            ],
            active: path
        )
    }

    static func show(_ call: Call) throws -> Response {
        try Page.response(
            "admin/matrix.html",
            [
                "tabs": tabs(active: IdentityPath.roles).json,
                "text": .string(
                    "Everybody is a user and may what users may. An API key never may more than "
                        + "its owner."
                ),
                "roles": .array(Role.allCases.map { .string($0.rawValue) }),
                "permissions": .array(Permission.allCases.map(row)),
                "meanings": .array(
                    Role.allCases.map {
                        [
                            "role": .string($0.rawValue), "summary": .string($0.summary),
                            "path": .string("\(IdentityPath.people)?role=\($0.rawValue)"),
                        ]
                    }
                ),
            ],
            in: Frame("Roles", call.session).active(IdentityPath.roles),
            for: call
        )
    }

    private static func row(_ permission: Permission) -> JSON {
        [
            "summary": .string(permission.summary), "name": .string(permission.rawValue),
            "grants": .array(
                Role.allCases.map { role in
                    [
                        "role": .string(role.rawValue),
                        "isGranted": .bool(permission.isGranted(to: [.user, role])),
                    ]
                }
            ),
        ]
    }
}

/// `GET /admin/roles/routes`: every route, and who may call it.
enum RoutesPage {
    static let path = "\(IdentityPath.roles)/routes"
    private static let rowsMax = 50

    static func show(_ call: Call) throws -> Response {
        let filter = try call.query(RoutesFilter.self)
        let routes = call.worker.routes.filter(filter.takes)
        let isFile = TableView.wantsCSV(call.request.query)
        let shown = isFile ? routes[...] : routes.dropFirst(filter.offset).prefix(rowsMax)
        var table = TableView(
            "routes",
            at: path,
            columns: [.init("Route"), .init("What it does"), .init("Who"), .init("Permission")],
            rows: shown.map(row),
            empty: .init("No routes", "Everything that answers stands here.")
        )
        table.query = call.request.query
        table.total = routes.count
        if shown.endIndex < routes.endIndex {
            table.next = Cursor(keys: [.integer(Int64(shown.endIndex))])
        }
        table.filters = filters
        return try Page.list(
            table,
            in: Frame("Routes by role", call.session).under(Act("Roles", IdentityPath.roles)),
            tabs: RolesPage.tabs(active: path),
            for: call
        )
    }

    private static func row(_ route: Route) -> [Value] {
        let path = route.pattern.isAtRoot ? route.pattern.text : "/api/v1/" + route.pattern.text
        var permission = Value.nothing
        if case .may(let needed) = route.access { permission = .text(needed.rawValue) }
        return [
            .text("\(route.method.rawValue) \(path)"), .text(route.summary),
            .text(route.access.description), permission,
        ]
    }

    private static var filters: [FormField] {
        [
            FormField("q", "Part of the path", .input(type: "search")),
            FormField(
                "role",
                "Open to",
                .choice(
                    [.init("", "Anybody")] + Role.allCases.map { .init($0.rawValue, $0.rawValue) }
                )
            ),
            FormField(
                "audience",
                "For",
                .choice([
                    .init("", "Programs and people"), .init("programs", "Programs"),
                    .init("people", "People, as pages"),
                ])
            ),
        ]
    }
}

private struct RoutesFilter: Input {
    private enum Audience: String, CaseIterable {
        case programs, people
    }

    private let text: String?
    private let role: Role?
    private let audience: Audience?
    private let cursor: Cursor?

    init(_ fields: inout Fields) {
        text = fields.optionalText("q", 1...200)
        role = fields.value("role", .choice(Role.self), isRequired: false)
        audience = fields.value("audience", .choice(Audience.self), isRequired: false)
        cursor = fields.value("cursor", .cursor, isRequired: false)
    }

    var offset: Int {
        guard case .integer(let place) = cursor?.keys.first, (0...100_000).contains(place) else {
            return 0
        }
        return Int(place)
    }

    func takes(_ route: Route) -> Bool {
        if let text, !route.pattern.text.lowercased().contains(text.lowercased()) { return false }
        switch audience {
        case .programs where route.audience != .programs: return false
        case .people where route.audience != .people: return false
        default: break
        }
        guard let role else { return true }
        let principal = Principal(id: "", roles: [.user, role])
        return route.access.allows(principal, isWrite: route.method.isWrite)
    }
}
