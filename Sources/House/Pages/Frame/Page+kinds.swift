import Base
package import HTTP

/// The kinds of pages that rooms are made of; each answers with some of its regions alone when they
/// are asked for, so that these are made as they are for the page.
extension Page {
    /// A list, or the file of it when that is asked for.
    package static func list(
        _ table: TableView,
        in frame: Frame,
        acts: [Act] = [],
        tabs: TabsView? = nil,
        following: News? = nil,
        for call: Call
    ) throws -> Response {
        if TableView.wantsCSV(call.request.query) { return table.csv(named: table.name) }
        let viewpoint = frame.session.viewpoint(call.worker)
        let live = following?.json("list", of: call) ?? nil
        return try whole(
            "admin/table.html",
            [
                "acts": json(acts), "tabs": tabs?.json ?? nil,
                "table": table.json(viewpoint, live: live),
            ],
            isLive: following != nil,
            in: frame,
            for: call
        )
    }

    /// What is known of one thing, then its parts.
    package static func parts(
        _ sections: [Section],
        after lead: String? = nil,
        about detail: DetailView? = nil,
        in frame: Frame,
        acts: [Act] = [],
        for call: Call
    ) throws -> Response {
        try parts(
            sections.map { section in Region("", nil) { section } },
            after: lead,
            about: detail,
            in: frame,
            acts: acts,
            following: nil,
            for: call
        )
    }

    /// The same, made as it is asked for; `following` is for what can be done, and what is known.
    ///
    /// `detailIsLast` is for what people come to for its parts.
    package static func parts(
        _ regions: [Region],
        after lead: String? = nil,
        about detail: @autoclosure () throws -> DetailView? = nil,
        detailIsLast: Bool = false,
        in frame: Frame,
        acts: [Act] = [],
        following: News?,
        for call: Call
    ) throws -> Response {
        let viewpoint = frame.session.viewpoint(call.worker)
        var data: JSONObject = [
            "lead": lead.map { .string($0) } ?? nil,
            "regions": .array(try regions.compactMap { try $0.json(call) }),
            "detail": nil, "detailAfter": nil,
        ]
        if Region.isAsked("heading", by: call) {
            data["heading"] = [
                "title": .string(frame.title), "acts": json(acts),
                "live": following?.json("heading", of: call) ?? nil,
            ]
        }
        if Region.isAsked("detail", by: call) {
            let live = following?.json("detail", of: call) ?? nil
            let place = detailIsLast ? "detailAfter" : "detail"
            data[place] = try detail()?.json(viewpoint, live: live) ?? nil
        }
        return try whole(
            "admin/parts.html",
            data,
            isLive: following != nil || regions.contains(where: \.isLive),
            in: frame,
            for: call
        )
    }

    package static func form(
        _ form: FormView,
        in frame: Frame,
        for call: Call
    ) throws -> Response {
        try response(
            "admin/form.html",
            ["form": form.json(csrf: call.session.csrf)],
            in: frame,
            for: call
        )
    }

    package static func question(
        _ question: ConfirmView,
        in frame: Frame,
        for call: Call
    ) throws -> Response {
        try response(
            "admin/confirm.html",
            ["confirm": question.json(csrf: call.session.csrf)],
            in: frame,
            for: call
        )
    }

    /// The page, or those of its regions that are asked for.
    private static func whole(
        _ template: String,
        _ data: JSONObject,
        isLive: Bool,
        in frame: Frame,
        for call: Call
    ) throws -> Response {
        guard call.request.query[Region.parameter] == nil else {
            return try fragment("admin/regions.html", data, for: call)
        }
        var data = data
        if isLive { data["following"] = ["cursor": .string(call.eventCursor ?? "")] }
        return try response(template, data, in: frame, for: call)
    }

    private static func json(_ acts: [Act]) -> JSON {
        acts.isEmpty ? nil : ["entries": .array(acts.map { .object($0.json) })]
    }
}
