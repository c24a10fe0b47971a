import Base
import HTTP

/// What stands around every page: where one is, where one can go, and who is signed in.
package struct Frame {
    static let searchPath = "/admin/search"
    package static let profilePath = "/admin/profile"
    static let themePath = "/admin/theme"
    package static let signInPath = "/admin/login"
    package static let signOutPath = "/admin/logout"

    package let title: String
    package let session: PageSession
    /// The entry of the navigation that this page belongs to.
    package var active = ""
    /// From the widest to the nearest; the page itself is not among them.
    package var breadcrumbs: [Act] = []
    package var entries = Navigation.entries

    package init(_ title: String, _ session: PageSession) {
        self.title = title
        self.session = session
    }

    package func under(_ breadcrumbs: Act...) -> Frame {
        var copy = self
        copy.breadcrumbs = breadcrumbs
        copy.active = breadcrumbs.last?.path ?? active
        return copy
    }

    package func active(_ path: String) -> Frame {
        var copy = self
        copy.active = path
        return copy
    }

    /// For `admin/frame.html`.
    func json(_ request: Request, _ worker: Worker, says flash: Flash?) -> JSON {
        let access = { path in Self.access(to: path, worker) }
        let navigation = session.principal.map { Navigation(entries, for: $0, access: access) }
        return [
            "title": .string(title),
            "theme": Theme(request).map { .string($0.rawValue) } ?? nil,
            "hasThemes": .bool(access(Self.themePath) != nil),
            "themes": .array(themes(request)),
            "stylesheet": .string(worker.assets["entrepot.css"] ?? "/assets/entrepot.css"),
            "script": .string(worker.assets["entrepot.js"] ?? "/assets/entrepot.js"),
            "liveScript": .string(worker.assets["live.js"] ?? "/assets/live.js"),
            "icon": .string(worker.assets["entrepot.svg"] ?? "/assets/entrepot.svg"),
            "version": .string(worker.version), "csrf": .string(session.csrf),
            "back": .string(request.path),
            "breadcrumbs": .array(breadcrumbs.map { .object($0.json) }),
            "hasBreadcrumbs": .bool(!breadcrumbs.isEmpty),
            "navigation": navigation?.json(active: active) ?? nil,
            "shortcuts": navigation?.shortcuts ?? nil,
            "search": search(request, access),
            "person": session.principal.map { person($0, access) } ?? nil,
            "flash": flash.map { ["text": .string($0.text), "tone": .string($0.tone.rawValue)] }
                ?? nil,
        ]
    }

    private func person(_ person: Principal, _ access: (String) -> Access?) -> JSON {
        let roles = person.roles.map(\.rawValue).sorted().joined(separator: ", ")
        return [
            "name": .string(person.name), "email": .string(person.email),
            "roles": .string(roles), "signOut": .string(Self.signOutPath),
            "profile": access(Self.profilePath) == nil ? nil : .string(Self.profilePath),
        ]
    }

    private func search(_ request: Request, _ access: (String) -> Access?) -> JSON {
        guard let principal = session.principal,
            access(Self.searchPath)?.allows(principal, isWrite: false) == true
        else { return nil }
        let isThere = request.path == Self.searchPath
        return [
            "path": .string(Self.searchPath),
            "value": .string(isThere ? request.query["q"] ?? "" : ""),
        ]
    }

    private func themes(_ request: Request) -> [JSON] {
        let chosen = Theme(request)
        return [("As the system", nil as Theme?), ("Light", .light), ("Dark", .dark)].map {
            [
                "text": .string($0), "value": .string($1?.rawValue ?? ""),
                "isChosen": .bool($1 == chosen),
            ]
        }
    }

    /// Who may open the page at a path: what its route says.
    private static func access(to path: String, _ worker: Worker) -> Access? {
        worker.routes.first { $0.pattern.text == path && $0.audience == .people }?.access
    }
}
