package import Base
package import HTTP

/// A form as a page shows it, the second time with what was typed and what is wrong with it.
package struct FormView: Sendable {
    package let action: String
    package let submit: String
    package let fields: [FormField]
    /// What the button says once it was pressed.
    package var submitting = "Saving…"
    package var cancel: Act?
    /// What the form sends without asking, such as the version that is changed.
    package var hidden: [(name: String, value: String)] = []
    /// Whose password is set, so that a password manager keeps it under the right name.
    package var account: String?
    private var problem: Problem?

    package init(to action: String, submit: String, fields: [FormField]) {
        self.action = action
        self.submit = submit
        self.fields = fields
    }

    /// The form once more, after it was refused.
    package func again(_ typed: Query, _ problem: Problem) -> FormView {
        var copy = FormView(to: action, submit: submit, fields: fields.map { $0.kept(in: typed) })
        copy.submitting = submitting
        copy.cancel = cancel
        copy.hidden = hidden
        copy.account = account
        copy.problem = problem
        return copy
    }

    /// However often it is sent, it counts once; shown again, it is meant again.
    package mutating func countOnce(_ worker: Worker) {
        hidden.append((IdempotencyClaim.formField, worker.makeID("frm")))
    }

    package func json(csrf: String) -> JSON {
        [
            "action": .string(action), "csrf": .string(csrf), "submit": .string(submit),
            "submitting": .string(submitting), "account": account.map { .string($0) } ?? nil,
            "cancel": cancel.map { .object($0.json) } ?? nil,
            "hidden": .array(
                hidden.map { ["name": .string($0.name), "value": .string($0.value)] }
            ),
            "fields": .array(fields.map { .object($0.json(error: error(of: $0))) }),
            "summary": summary,
        ]
    }

    private func error(of field: FormField) -> String? {
        let error = problem?.errors.first { $0.field == field.name }
        return error.map { Self.sentence(field.label, $0.message) }
    }

    /// What is wrong, over the form: each entry leads to its field.
    private var summary: JSON {
        guard let problem else { return nil }
        let places = fields.map(\.name)
        // In the order in which people meet the fields.
        let errors = problem.errors.sorted {
            (places.firstIndex(of: $0.field) ?? places.count)
                < (places.firstIndex(of: $1.field) ?? places.count)
        }
        let entries = errors.map { error -> JSON in
            let field = fields.first { $0.name == error.field }
            return [
                "text": .string(Self.sentence(field?.label ?? error.field, error.message)),
                "to": field.map { .string("#" + $0.id) } ?? nil,
            ]
        }
        let title =
            switch entries.count {
            case 0: problem.title
            case 1: "One thing needs to be changed"
            default: "\(entries.count) things need to be changed"
            }
        return [
            "title": .string(title),
            "text": entries.isEmpty ? problem.detail.map { .string($0) } ?? nil : nil,
            "hasEntries": .bool(!entries.isEmpty), "entries": .array(entries),
        ]
    }

    private static func sentence(_ label: String, _ message: String) -> String {
        "\(label) \(message)."
    }
}
