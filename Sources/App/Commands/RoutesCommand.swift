import Base
import HTTP
import House

/// `entrepot routes`: every route with who may call it, those of the pages too, and the table of
/// permissions behind it; for whoever reviews or tests what is allowed.
enum RoutesCommand {
    static let summary = "print every route and permission, with who may, as JSON"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        var permissions = JSONObject()
        for permission in Permission.allCases {
            let roles = Role.allCases.filter { permission.isGranted(to: [$0]) }
            permissions[permission.rawValue] = .array(roles.map { .string($0.rawValue) })
        }
        let document: JSON = [
            "roles": .array(Role.allCases.map { .string($0.rawValue) }),
            "permissions": .object(permissions),
            "routes": .array(product.routes.map { .object(entry($0)) }),
        ]
        Terminal.say(document.text)
        return 0
    }

    private static func entry(_ route: Route) -> JSONObject {
        [
            "method": .string(route.method.rawValue),
            "path": .string(OpenAPI.template(route.pattern)),
            "audience": .string(route.audience == .people ? "people" : "programs"),
            "access": .string(access(route)),
            "area": area(route),
            "pool": .string(route.pool.rawValue),
        ]
    }

    /// The name of a permission, or who else it is for.
    private static func access(_ route: Route) -> String {
        if case .may(let permission) = route.access { return permission.rawValue }
        return route.access.description
    }

    private static func area(_ route: Route) -> JSON {
        guard case .may(let permission) = route.access else { return .null }
        return .string(permission.area.rawValue)
    }

    private static let help = """
        usage: entrepot routes

        Prints an object: roles, permissions (a name and the roles that have it) and routes (method,
        path, audience: programs or people, access: a permission or who else, area of API keys,
        pool).
        """
}
