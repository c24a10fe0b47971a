import Base
import Database
import HTTP
import House

/// `/admin/profile/keys` and below: the API keys of somebody's integrations.
enum KeysPage {
    static let path = AccountPage.keys.path
    static let addPath = "/admin/profile/keys/new"

    static func show(_ call: Call) throws -> Response {
        let add = Act("Make a key", addPath)
        let keys = try APIKeysStore.list(userID: try call.caller().id, call.worker.database)
        var table = TableView(
            keys.count == 1 ? "API key" : "API keys",
            at: path,
            columns: [
                .init("Name"), .init("Begins with"), .init("May"), .init("Last used", .time),
                .init("Made", .time), .init("", .text),
            ],
            rows: keys.map(row),
            empty: .init(
                "No API keys yet",
                "Keys with which programs act for you, each within its own limits, stand here.",
                act: add
            )
        )
        table.hasCSV = false
        table.total = keys.count
        var part = AccountPage.Part()
        part.table = table
        var page = AccountPage(AccountPage.keys, [part])
        page.acts = keys.isEmpty ? [] : [add]
        return try page.response(call)
    }

    /// `GET /admin/profile/keys/new`: what the key may do.
    static func offer(_ call: Call) throws -> Response {
        try page(form, call)
    }

    /// `POST /admin/profile/keys/new`: the key is in this answer and nowhere else.
    static func add(_ call: Call, _ tx: Transaction) throws -> Response {
        let made = try AddAPIKey.make(call, tx)
        return try Page.response(
            "admin/new-key.html",
            [
                "text": .string(
                    "The key “\(made.key.name)” works at once. It is shown now and never again: "
                        + "whoever has it may act for you, so keep it as you keep a password."
                ),
                "secret": .string(made.secret),
                "act": .object(Act("I have kept it", path).json),
            ],
            in: frame("New API key", call),
            for: call
        )
    }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try page(form.again(call.form, problem), call)
    }

    /// `GET /admin/profile/keys/:id`: asks.
    static func ask(_ call: Call) throws -> Response {
        let id = try call.id("id", prefix: "key")
        let keys = try APIKeysStore.list(userID: try call.caller().id, call.worker.database)
        guard let key = keys.first(where: { $0.id == id }) else { throw Problem.notFound }
        var form = FormView(to: "\(path)/\(id)", submit: "Revoke it", fields: [])
        form.submitting = "Revoking…"
        form.cancel = Act("Keep it", path)
        let viewpoint = call.session.viewpoint(call.worker)
        let used = key.lastUsedAt.map { "It was last used \(TimeText.relative($0, viewpoint))." }
        let question = ConfirmView(
            "Revoke the key “\(key.name)”?",
            [
                used ?? "It was never used.",
                "Programs that use it are refused within 5 seconds, for good.",
            ],
            form
        )
        return try AccountPage.question(question, under: AccountPage.keys, call)
    }

    /// `POST /admin/profile/keys/:id`: the key is worth nothing from then on.
    static func revoke(_ call: Call, _ tx: Transaction) throws -> Response {
        try RevokeAPIKey.revoke(call, tx)
        return .seeOther(path).saying(Flash("The key is revoked."))
    }
}

extension KeysPage {
    private static func row(_ key: APIKey) -> [Value] {
        [
            .text(key.name), .text(key.prefix + "…"),
            .text(key.scopes.map(\.text).sorted().joined(separator: ", ")),
            key.lastUsedAt.map { .time($0) } ?? .text("never"), .time(key.createdAt),
            .link("Revoke", to: "\(path)/\(key.id)"),
        ]
    }

    private static var form: FormView {
        let scopes = Area.allCases.flatMap { area in
            [
                FormField.Option("\(area.rawValue):read", "\(area.rawValue): read"),
                FormField.Option("\(area.rawValue):write", "\(area.rawValue): write"),
            ]
        }
        var form = FormView(
            to: addPath,
            submit: "Make the key",
            fields: [
                FormField("name", "Name", .input(type: "text")).required().focused()
                    .helped("What will use it, such as “warehouse system”."),
                FormField("scopes", "It may", .choices(scopes))
                    .helped("Never more than you may yourself. Writing includes reading."),
            ]
        )
        form.submitting = "Making…"
        form.cancel = Act("Cancel", path)
        return form
    }

    private static func page(_ form: FormView, _ call: Call) throws -> Response {
        try Page.response(
            "admin/form.html",
            ["form": form.json(csrf: call.session.csrf)],
            in: frame("Make an API key", call),
            for: call
        )
    }

    private static func frame(_ title: String, _ call: Call) -> Frame {
        Frame(title, call.session).under(AccountPage.profile, AccountPage.keys)
    }
}
