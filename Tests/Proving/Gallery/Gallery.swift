import Base
import Database
import HTTP
import House

/// Every component of the pages, with data such as they will show.
enum Gallery {
    static let path = "/admin/gallery"

    static var routes: [Route] {
        [
            .page(path, .anyone, "Components of the pages", show),
            .page("\(path)/:id", .anyone, "One thing of the gallery", GalleryDetail.show),
            .page("\(path)/form", .anyone, "A form", GalleryForm.show),
            .form("\(path)/form", .anyone, "Send the form", GalleryForm.save)
                .showsAgain(GalleryForm.again),
            .page("\(path)/empty", .anyone, "An empty list", GalleryTable.showEmpty),
            .page("\(path)/signin", .anyone, "A sign-in", GallerySignIn.show),
            .form("\(path)/signin", .anyone, "Refuse to sign in", GallerySignIn.refuse)
                .showsAgain(GallerySignIn.again),
            .page("\(path)/cancel", .anyone, "A question", GalleryQuestion.show),
            .form("\(path)/cancel", .anyone, "Done", GalleryQuestion.done),
            .page("\(path)/forbidden", .may(.managePeople), "Not for those who ask", show),
        ]
            + others.map { title in
                .page(place(of: title), .anyone, title, GalleryDetail.showAny)
            }
    }

    /// Pages that are only there to be listed.
    private static let others = [
        "Contracts", "Shipments", "Alerts", "Settlements", "Orders", "Inbox", "Wallets",
    ]

    private static func place(of title: String) -> String {
        "\(path)/\(title.lowercased())"
    }

    static let templates = [
        (
            name: "admin/gallery.html",
            text: """
            {{<admin/frame.html}}
            {{$main}}
            {{#tabs}}
            {{>admin/parts/tabs.html}}
            {{/tabs}}
            <div class="figures">
              {{#charts}}
              {{>admin/parts/chart.html}}
              {{/charts}}
            </div>
            {{#table}}
            {{>admin/parts/table.html}}
            {{/table}}
            {{#detail}}
            {{>admin/parts/detail.html}}
            {{/detail}}
            {{/main}}
            {{/admin/frame.html}}
            """
        )
    ]

    static func session(_ call: Call) -> PageSession {
        let principal = Principal(
            id: "usr_01HXYZ7K3F2AB4C5D6E7F8G9H0",
            roles: [.admin],
            name: "Asha Raghunathan",
            email: "asha.raghunathan@northwind-cold.example",
            timeZone: "Asia/Kolkata"
        )
        return PageSession(principal: principal, csrf: call.session.csrf)
    }

    static func frame(_ title: String, _ call: Call) -> Frame {
        var frame = Frame(title, session(call)).active(path)
        frame.entries = entries
        return frame
    }

    static func show(_ call: Call) throws -> Response {
        let viewpoint = session(call).viewpoint(call.worker)
        let table = GalleryTable.orders(call)
        if TableView.wantsCSV(call.request.query) { return table.csv(named: "orders") }
        let data: JSONObject = [
            "acts": [
                "entries": [
                    .object(
                        Act("Cancel 3 orders", "\(path)/cancel", isDangerous: true, asks: true)
                            .json
                    ),
                    .object(Act("Add a person", "\(path)/form").json),
                ]
            ],
            "tabs": TabsView(
                "Sides of the gallery",
                [
                    (Act("Components", path), nil), (Act("A form", "\(path)/form"), nil),
                    (Act("An empty list", "\(path)/empty"), 0),
                    (Act("A sign-in", "\(path)/signin"), nil),
                    (Act("A missing page", "/admin/nowhere"), nil),
                ],
                active: path
            ).json,
            "charts": .array(GalleryCharts.all(viewpoint.now).map { $0.json(viewpoint) }),
            "table": table.json(viewpoint),
            "detail": GalleryDetail.view(viewpoint).json(viewpoint),
        ]
        let frame = frame("Components", call).under(Act("System", "/admin/gallery"))
        return try Page.response("admin/gallery.html", data, in: frame, for: call)
    }

    /// As many as there will be; all that lead somewhere lead here.
    static var entries: [Navigation.Entry] {
        [
            Navigation.Entry(nil, "Overview", path, key: "h"),
            Navigation.Entry(.operations, "Contracts", place(of: "Contracts"), key: "c"),
            Navigation.Entry(.operations, "Shipments", place(of: "Shipments")),
            Navigation.Entry(.coldChain, "Alerts", place(of: "Alerts"), key: "a"),
            Navigation.Entry(.energy, "Settlements", place(of: "Settlements")),
            Navigation.Entry(.sales, "Orders", place(of: "Orders"), key: "o"),
            Navigation.Entry(.market, "Inbox", place(of: "Inbox")),
            Navigation.Entry(.money, "Wallets", place(of: "Wallets")),
            Navigation.Entry(.money, "A form", "\(path)/form", key: "f"),
            Navigation.Entry(.system, "An empty list", "\(path)/empty", key: "e"),
            Navigation.Entry(.system, "Question", "\(path)/cancel"),
            Navigation.Entry(.system, "Sign-in", "\(path)/signin"),
            Navigation.Entry(.system, "Never shown", "/admin/undeclared"),
        ]
    }
}
