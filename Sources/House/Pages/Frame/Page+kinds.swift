import Base
package import HTTP

/// The kinds of pages that rooms are made of.
extension Page {
    /// A list, or the file of it when that is asked for.
    package static func list(
        _ table: TableView,
        in frame: Frame,
        acts: [Act] = [],
        tabs: TabsView? = nil,
        for call: Call
    ) throws -> Response {
        if TableView.wantsCSV(call.request.query) { return table.csv(named: table.name) }
        let viewpoint = frame.session.viewpoint(call.worker)
        return try response(
            "admin/table.html",
            [
                "acts": json(acts), "tabs": tabs?.json ?? nil, "table": table.json(viewpoint),
            ],
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
        let viewpoint = frame.session.viewpoint(call.worker)
        return try response(
            "admin/parts.html",
            [
                "acts": json(acts), "lead": lead.map { .string($0) } ?? nil,
                "detail": detail?.json(viewpoint) ?? nil,
                "sections": .array(sections.map { $0.json(viewpoint) }),
            ],
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

    private static func json(_ acts: [Act]) -> JSON {
        acts.isEmpty ? nil : ["entries": .array(acts.map { .object($0.json) })]
    }
}
