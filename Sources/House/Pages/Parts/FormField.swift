import Base
import HTTP

/// One field of a form or a filter, with its words and its value.
package struct FormField: Sendable {
    /// One of several to choose from.
    package struct Option: Sendable {
        package let value: String
        package let text: String
        package let help: String?

        package init(_ value: String, _ text: String, help: String? = nil) {
            self.value = value
            self.text = text
            self.help = help
        }
    }

    /// How something is typed or chosen.
    package enum Kind: Sendable {
        /// `type` is HTML's: text, email, tel, url, number, search, date.
        case input(type: String)
        case password
        case longText(rows: Int)
        case choice([Option])
        case choices([Option])
        /// A single box; its label says what checking it means.
        case flag
    }

    package let name: String
    package let label: String
    package let kind: Kind
    package var values: [String]
    package var help: String?
    package var isRequired = false
    /// What the browser may fill in by itself, in HTML's words: `username`, `one-time-code`.
    package var autocomplete: String?
    package var inputMode: String?
    /// Where typing begins, on a page that is there for its form.
    package var hasFocus = false

    package init(_ name: String, _ label: String, _ kind: Kind, value: String? = nil) {
        self.name = name
        self.label = label
        self.kind = kind
        values = value.map { [$0] } ?? []
    }

    package var id: String {
        "field-" + name.map { $0.isLetter || $0.isNumber ? "\($0)" : "-" }.joined()
    }

    package func required() -> FormField { with(\.isRequired, true) }
    package func helped(_ help: String) -> FormField { with(\.help, help) }
    package func filled(_ values: [String]) -> FormField { with(\.values, values) }
    package func completed(_ by: String) -> FormField { with(\.autocomplete, by) }
    package func focused() -> FormField { with(\.hasFocus, true) }
    package func typed(_ mode: String) -> FormField { with(\.inputMode, mode) }

    /// The field with what was typed into it; a password is typed anew, and a code works once.
    func kept(in query: Query) -> FormField {
        if case .password = kind { return filled([]) }
        if autocomplete == "one-time-code" { return filled([]) }
        return filled(query.all(name))
    }

    /// For the templates of `admin/fields/`.
    func json(error: String?) -> JSONObject {
        let described = [help.map { _ in id + "-help" }, error.map { _ in id + "-error" }]
            .compactMap { $0 }.joined(separator: " ")
        return [
            "as": .string("admin/fields/\(template).html"), "id": .string(id),
            "name": .string(name), "label": .string(label), "isRequired": .bool(isRequired),
            "help": help.map { .string($0) } ?? nil, "error": error.map { .string($0) } ?? nil,
            "describedBy": described.isEmpty ? nil : .string(described),
            "type": .string(type), "value": .string(values.first ?? ""),
            "autocomplete": autocomplete.map { .string($0) } ?? nil,
            "inputMode": inputMode.map { .string($0) } ?? nil, "rows": .integer(Int64(rows)),
            "hasFocus": .bool(hasFocus),
            "isChecked": .bool(values.contains("true")), "options": .array(options),
        ]
    }

    private var template: String {
        switch kind {
        case .input, .password: "input"
        case .longText: "long-text"
        case .choice: "choice"
        case .choices: "choices"
        case .flag: "flag"
        }
    }

    private var type: String {
        switch kind {
        case .input(let type): type
        case .password: "password"
        default: ""
        }
    }

    private var rows: Int {
        guard case .longText(let rows) = kind else { return 0 }
        return rows
    }

    private var options: [JSON] {
        switch kind {
        case .choice(let options), .choices(let options):
            options.enumerated().map { index, option in
                [
                    // An error leads to the group by the id of its first box.
                    "optionId": .string(index == 0 ? id : "\(id)-\(index + 1)"),
                    "value": .string(option.value), "text": .string(option.text),
                    "optionHelp": option.help.map { .string($0) } ?? nil,
                    "isChosen": .bool(values.contains(option.value)),
                ]
            }
        default: []
        }
    }

    private func with<Part>(_ path: WritableKeyPath<FormField, Part>, _ part: Part) -> FormField {
        var copy = self
        copy[keyPath: path] = part
        return copy
    }
}
