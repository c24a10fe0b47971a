import Database
import HTTP
import House
import Readings

/// `/admin/dead-letters/:id/retry`: takes it after all, if somebody means it.
enum RetryQuestion {
    static func show(_ call: Call) throws -> Response {
        try DeadLetterQuestion(
            verb: "retry",
            title: "Try again?",
            submit: "Try again",
            submitting: "Trying…",
            lines: [
                "It is checked and kept as if it came only now, at the time that it says.",
                "Once it is taken it is gone from here.",
            ],
            isHarmless: true
        ).page(call)
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: DeadLetter.idPrefix)
        switch try DeadLettersDesk.retry(id, call, tx) {
        case .success(.accepted):
            return .seeOther(DeadLettersPage.path).saying(Flash("The reading is taken."))
        case .success(.duplicate):
            return .seeOther(DeadLettersPage.path).saying(Flash("It was taken already."))
        case .failure:
            return .seeOther("\(DeadLettersPage.path)/\(id)")
                .saying(Flash("It cannot be taken.", .attention))
        }
    }
}

/// `/admin/dead-letters/:id/delete`: nobody wants it.
enum DeleteQuestion {
    static func show(_ call: Call) throws -> Response {
        try DeadLetterQuestion(
            verb: "delete",
            title: "Delete the dead letter?",
            submit: "Delete it",
            submitting: "Deleting…",
            lines: ["What the device sent is lost, but for a line in the audit log."],
            isHarmless: false
        ).page(call)
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        try DeadLettersDesk.delete(try call.id("id", prefix: DeadLetter.idPrefix), call, tx)
        return .seeOther(DeadLettersPage.path).saying(Flash("The dead letter is deleted."))
    }
}

/// What both ask.
private struct DeadLetterQuestion {
    let verb: String
    let title: String
    let submit: String
    let submitting: String
    let lines: [String]
    let isHarmless: Bool

    func page(_ call: Call) throws -> Response {
        let letter = try DeadLetterPage.find(call)
        let path = "\(DeadLettersPage.path)/\(letter.id)"
        var form = FormView(to: "\(path)/\(verb)", submit: submit, fields: [])
        form.submitting = submitting
        form.cancel = Act("Leave it", path)
        var question = ConfirmView(title, lines, form)
        question.isHarmless = isHarmless
        let frame = Frame(title, call.session).under(
            Act("Dead letters", DeadLettersPage.path),
            Act(letter.serialNumber, path)
        ).active(DeadLettersPage.path)
        return try Page.question(question, in: frame, for: call)
    }
}
