import Base
import HTTP
import House

/// One side of somebody's own account: parts below each other, each with its words and its form.
struct AccountPage {
    /// What stands under one heading.
    struct Part {
        var title: String?
        var words: [String] = []
        var detail: DetailView?
        var table: TableView?
        var form: FormView?
        var acts: [Act] = []

        init(_ title: String? = nil) {
            self.title = title
        }
    }

    static let profile = Act("Profile", Frame.profilePath)
    static let security = Act("Security", "/admin/profile/security")
    static let sessions = Act("Sessions", "/admin/profile/sessions")
    static let keys = Act("API keys", "/admin/profile/keys")

    let side: Act
    var parts: [Part]
    /// What can be done with all that is shown.
    var acts: [Act] = []

    init(_ side: Act, _ parts: [Part]) {
        self.side = side
        self.parts = parts
    }

    func response(_ call: Call) throws -> Response {
        let viewpoint = call.session.viewpoint(call.worker)
        let sides = [Self.profile, Self.security, Self.sessions, Self.keys]
        let data: JSONObject = [
            "tabs": TabsView("Your account", sides.map { ($0, nil) }, active: side.path).json,
            "acts": acts.isEmpty ? nil : ["entries": .array(acts.map { .object($0.json) })],
            "parts": .array(parts.map { json($0, call.session, viewpoint) }),
        ]
        let frame = Frame(side.text, call.session).active(side.path)
        return try Page.response("admin/account.html", data, in: frame, for: call)
    }

    private func json(_ part: Part, _ session: PageSession, _ viewpoint: Viewpoint) -> JSON {
        [
            "heading": part.title.map { .string($0) } ?? nil,
            "words": .array(part.words.map { .string($0) }),
            "detail": part.detail?.json(viewpoint) ?? nil,
            "table": part.table?.json(viewpoint) ?? nil,
            "form": part.form.map { $0.json(csrf: session.csrf) } ?? nil,
            "acts": part.acts.isEmpty
                ? nil : ["entries": .array(part.acts.map { .object($0.json) })],
        ]
    }

    /// The question before something of the account is taken away.
    static func question(_ question: ConfirmView, under side: Act, _ call: Call) throws -> Response
    {
        try Page.response(
            "admin/confirm.html",
            ["confirm": question.json(csrf: call.session.csrf)],
            in: Frame(side.text, call.session).under(profile, side),
            for: call
        )
    }
}
