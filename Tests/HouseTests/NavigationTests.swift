import Base
import HTTP
import Testing

@testable import House

@Suite struct NavigationTests {
    static let entries = [
        Navigation.Entry(nil, "Overview", "/admin"),
        Navigation.Entry(.system, "People", "/admin/users"),
        Navigation.Entry(.system, "Roles", "/admin/roles"),
        Navigation.Entry(.sales, "Orders", "/admin/orders"),
    ]
    static let access: [String: Access] = [
        "/admin": .may(.readOwnProfile), "/admin/users": .may(.managePeople),
        "/admin/orders": .operatorAddresses,
    ]

    func shown(_ roles: Set<Role>) -> [String] {
        let principal = Principal(id: "usr_1", kind: .user, roles: roles)
        let json = Navigation(Self.entries, for: principal) { Self.access[$0] }
            .json(active: "/admin/users")
        let groups = json["groups"]?.array ?? []
        let members = groups.flatMap { $0["entries"]?.array ?? [] }
        return ((json["alone"]?.array ?? []) + members).compactMap { $0["title"]?.string }
    }

    @Test func `people see the pages that exist and that they may open`() {
        #expect(shown([.user]) == ["Overview", "Orders"])
        #expect(shown([.admin]) == ["Overview", "Orders", "People"])
    }

    @Test func `no path and no key is listed twice`() {
        let entries = Navigation.entries
        #expect(Set(entries.map(\.path)).count == entries.count)
        let keys = entries.compactMap(\.key)
        #expect(Set(keys).count == keys.count)
        #expect(entries.allSatisfy { Route.isPage($0.path) })
    }

    @Test func `a sentence goes to the next page by a cookie and is read back`() throws {
        let said = Response.seeOther("/admin").saying(Flash("Åsa's \"order\"; was sent", .bad))
        let cookie = try #require(said.headers["set-cookie"])
        var request = Request(method: .get, path: "/admin")
        request.headers.add("cookie", String(cookie.prefix { $0 != ";" }))
        #expect(Flash(request) == Flash("Åsa's \"order\"; was sent", .bad))
        for broken in [
            "flash=", "flash=!!", "flash=e30", "flash=" + String(repeating: "a", count: 2000),
        ] {
            request.headers.set("cookie", broken)
            #expect(Flash(request) == nil)
        }
    }

    @Test(
        arguments: [
            ("/admin", nil, true), ("/admin/users", "text/html,*/*;q=0.8", true),
            ("/admin/x", "*/*", true),
            ("/admin/x", "application/json", false), ("/administrator", nil, false),
            ("/api/v1/admin/users", "text/html", false),
        ] as [(String, String?, Bool)]
    )
    func `problems of pages are pages unless a program asks`(
        path: String,
        accept: String?,
        isPage: Bool
    ) {
        var request = Request(method: .get, path: path)
        if let accept { request.headers.add("accept", accept) }
        #expect(ProblemPage.isWanted(by: request) == isPage)
    }
}
