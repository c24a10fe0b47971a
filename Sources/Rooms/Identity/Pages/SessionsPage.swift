import Base
import Database
import HTTP
import House

/// `/admin/profile/sessions` and below: where somebody is signed in, and how to end it.
enum SessionsPage {
    static let path = AccountPage.sessions.path
    static let othersPath = "/admin/profile/sessions/others"

    static func show(_ call: Call) throws -> Response {
        let caller = try call.caller()
        let sessions = try list(call)
        var part = AccountPage.Part()
        var table = TableView(
            sessions.count == 1 ? "session" : "sessions",
            at: path,
            columns: [
                .init("Device"), .init("Address"), .init("Last used", .time),
                .init("Signed in", .time), .init("", .text),
            ],
            rows: sessions.map { row($0, caller) },
            empty: .init("No sessions", "Where you are signed in stands here.")
        )
        table.hasCSV = false
        table.total = sessions.count
        part.table = table
        var page = AccountPage(AccountPage.sessions, [part])
        if sessions.contains(where: { $0.id != caller.sessionID }) {
            page.acts = [Act("End all others", othersPath, isDangerous: true, asks: true)]
        }
        return try page.response(call)
    }

    /// `GET /admin/profile/sessions/:id`: asks.
    static func ask(_ call: Call) throws -> Response {
        let id = try call.id("id", prefix: "ses")
        guard let session = try list(call).first(where: { $0.id == id }) else {
            throw Problem.notFound
        }
        let device = DeviceName.of(session.userAgent)
        return try question(
            "End the session of \(device)?",
            [
                session.id == (try call.caller().sessionID)
                    ? "It is this one: you are signed out here, at once."
                    : "Whoever uses it is signed out within 5 seconds, and has to sign in again."
            ],
            to: "\(path)/\(id)",
            "End it",
            call
        )
    }

    /// `POST /admin/profile/sessions/:id`: the own one is a sign-out.
    static func end(_ call: Call, _ tx: Transaction) throws -> Response {
        let isOwn = try call.path("id") == (try call.caller().sessionID)
        guard !isOwn else { return try SignOutPage.leave(call, tx) }
        try RevokeSession.revoke(call, tx)
        return .seeOther(path).saying(Flash("The session has ended."))
    }

    /// `GET /admin/profile/sessions/others`: asks.
    static func askOthers(_ call: Call) throws -> Response {
        let own = try call.caller().sessionID
        let count = try list(call).filter { $0.id != own }.count
        guard count > 0 else { return .seeOther(path) }
        return try question(
            count == 1 ? "End your other session?" : "End your \(count) other sessions?",
            [
                "Whoever uses them is signed out within 5 seconds.",
                "API keys go on; they are ended on their own page.",
            ],
            to: othersPath,
            "End all others",
            call
        )
    }

    /// `POST /admin/profile/sessions/others`: only this one stays.
    static func endOthers(_ call: Call, _ tx: Transaction) throws -> Response {
        let caller = try call.caller()
        let now = call.worker.clock.now
        try SessionsStore.revokeAll(of: caller.id, but: caller.sessionID, at: now, tx)
        return .seeOther(path).saying(Flash("All other sessions have ended."))
    }
}

extension SessionsPage {
    private static func list(_ call: Call) throws -> [Session] {
        try SessionsStore.list(
            userID: try call.caller().id,
            at: call.worker.clock.now,
            call.worker.database
        )
    }

    private static func row(_ session: Session, _ caller: Principal) -> [Value] {
        [
            .text(DeviceName.of(session.userAgent)), .text(session.address),
            .time(session.lastUsedAt), .time(session.createdAt),
            session.id == caller.sessionID
                ? .status(Status("this one", .good)) : .link("End", to: "\(path)/\(session.id)"),
        ]
    }

    private static func question(
        _ title: String,
        _ consequences: [String],
        to action: String,
        _ submit: String,
        _ call: Call
    ) throws -> Response {
        var form = FormView(to: action, submit: submit, fields: [])
        form.submitting = "Ending…"
        form.cancel = Act("Keep", path)
        let question = ConfirmView(title, consequences, form)
        return try AccountPage.question(question, under: AccountPage.sessions, call)
    }
}
