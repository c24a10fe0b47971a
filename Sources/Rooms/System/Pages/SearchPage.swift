import Base
import HTTP
import House

/// `GET /admin/search`: what has this id, code, name or e-mail, as far as one may see it.
enum SearchPage {
    static let lengthMin = 2
    static let lengthMax = 200

    static func show(_ call: Call) throws -> Response {
        try Page.response(
            "admin/search.html",
            ["found": .object(try found(call))],
            in: Frame("Search", call.session).active("/admin/search"),
            for: call
        )
    }

    /// `GET /admin/fragments/search`: the same for the script, while somebody types.
    static func fragment(_ call: Call) throws -> Response {
        try Page.fragment("admin/parts/results.html", try found(call), for: call)
    }

    /// The pages that the navigation lists for a person, with their routes.
    static func pages(
        for person: Principal,
        _ call: Call
    ) -> [(entry: Navigation.Entry, route: Route)] {
        Navigation.entries.compactMap { entry in
            let route = call.worker.routes.first {
                $0.pattern.text == entry.path && $0.audience == .people
            }
            guard let route, entry.path != Route.pageRoot,
                route.access.allows(person, isWrite: false)
            else { return nil }
            return (entry, route)
        }
    }

    private static func found(_ call: Call) throws -> JSONObject {
        let person = try call.caller()
        let text = String(
            (call.request.query["q"] ?? "").trimmingPrefix { $0.isWhitespace }.prefix(lengthMax)
        )
        guard text.count >= lengthMin else {
            return [
                "hasResults": false, "results": [],
                "nothing": .string("Type at least \(lengthMin) characters."),
            ]
        }
        var hits: [SearchHit] = []
        for room in call.worker.rooms { hits += try room.search(text, call) }
        hits += pages(for: person, call).filter {
            $0.entry.title.lowercased().contains(text.lowercased())
        }.map { SearchHit($0.entry.title, "page", $0.entry.path) }
        return [
            "hasResults": .bool(!hits.isEmpty), "results": .array(hits.map(\.json)),
            "nothing": "Nothing has this id, code, name or e-mail.",
        ]
    }
}
