import AlertEngine
import Base
import Database
import Devices
import HTTP
import House

/// `/admin/alerts/:id/acknowledge`: somebody says that they deal with it.
enum AcknowledgeQuestion {
    private static let question = AlertQuestion(
        verb: "acknowledge",
        submit: "Acknowledge the alert",
        submitting: "Acknowledging…",
        lines: [
            "Everybody sees that you deal with it.",
            "It stays open until a reading is well again, or somebody resolves it.",
        ]
    )

    static func show(_ call: Call) throws -> Response { try question.page(call) { $0 } }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try question.page(call) { $0.again(call.form, problem) }
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let alert = try AlertsDesk.acknowledge(call, tx) { _ in try AlertQuestion.note(call) }
        return .seeOther(AlertWords.path(alert.id)).saying(Flash("The alert is acknowledged."))
    }
}

/// `/admin/alerts/:id/resolve`: somebody says that it is over.
enum ResolveQuestion {
    private static let question = AlertQuestion(
        verb: "resolve",
        submit: "Resolve the alert",
        submitting: "Resolving…",
        lines: [
            "It is over, and whoever was told of it hears so.",
            "If the next reading is still wrong, it is raised again.",
        ]
    )

    static func show(_ call: Call) throws -> Response { try question.page(call) { $0 } }

    static func again(_ call: Call, _ problem: Problem) throws -> Response {
        try question.page(call) { $0.again(call.form, problem) }
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let alert = try AlertsDesk.resolve(call, tx) { _ in try AlertQuestion.note(call) }
        return .seeOther(AlertWords.path(alert.id)).saying(Flash("The alert is resolved."))
    }
}

/// What both ask: a note, and whether it is meant.
private struct AlertQuestion {
    let verb: String
    let submit: String
    let submitting: String
    let lines: [String]

    func page(_ call: Call, _ finish: (FormView) -> FormView) throws -> Response {
        let alert = try AlertsDesk.find(call)
        let places = try PlacesStore.places(ofDevices: [alert.deviceID], call.worker.database)
        let heading = AlertWords.heading(alert, places[alert.deviceID])
        let path = AlertWords.path(alert.id)
        var form = FormView(
            to: "\(path)/\(verb)",
            submit: submit,
            fields: [
                FormField("note", "Note", .input(type: "text")).completed("off")
                    .helped("What was found, or done.")
            ]
        )
        form.submitting = submitting
        form.cancel = Act("Leave it", path)
        let title = "\(verb.prefix(1).uppercased())\(verb.dropFirst()) “\(heading)”?"
        let given = alert.isOpen ? lines : ["It is resolved already."]
        var question = ConfirmView(title, given, finish(form))
        question.isHarmless = true
        let frame = Frame(title, call.session).under(
            Act("Alerts", AlertWords.path),
            Act(heading, path)
        ).active(AlertWords.path)
        return try Page.question(question, in: frame, for: call)
    }

    static func note(_ call: Call) throws -> AlertNote {
        let note = call.form["note"] ?? ""
        return try AlertNote.read(.object(note.isEmpty ? [:] : ["note": .string(note)]))
    }
}
