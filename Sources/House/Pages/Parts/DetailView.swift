package import Base

/// Something that a person can go on to: a button or a link with its words.
package struct Act: Sendable {
    package let text: String
    package let path: String
    /// One that takes something away; it is asked about once more.
    package var isDangerous = false
    /// Leads to a page that asks, which a script may show over this one.
    package var asks = false

    package init(_ text: String, _ path: String, isDangerous: Bool = false, asks: Bool = false) {
        self.text = text
        self.path = path
        self.isDangerous = isDangerous
        self.asks = asks
    }

    package var json: JSONObject {
        [
            "text": .string(text), "path": .string(path), "isDangerous": .bool(isDangerous),
            "asks": .bool(asks),
        ]
    }
}

/// One thing and what is known about it, as names and values.
package struct DetailView: Sendable {
    package let title: String
    package let facts: [(name: String, value: Value)]

    package init(_ title: String, _ facts: [(name: String, value: Value)]) {
        self.title = title
        self.facts = facts
    }

    package func json(_ viewpoint: Viewpoint, live: JSON = nil) -> JSON {
        [
            "title": .string(title), "live": live,
            "facts": .array(
                facts.map { fact in
                    var value = fact.value.json(viewpoint)
                    value["label"] = .string(fact.name)
                    return .object(value)
                }
            ),
        ]
    }
}

/// The sides of one thing, each a page of its own.
package struct TabsView: Sendable {
    package let label: String
    package let tabs: [(act: Act, count: Int?)]
    package let active: String

    package init(_ label: String, _ tabs: [(act: Act, count: Int?)], active path: String) {
        self.label = label
        self.tabs = tabs
        active = path
    }

    package var json: JSON {
        [
            "label": .string(label),
            "entries": .array(
                tabs.map { tab in
                    [
                        "text": .string(tab.act.text), "path": .string(tab.act.path),
                        "isActive": .bool(tab.act.path == active),
                        "count": tab.count.map { .string(NumberText.grouped(Int64($0))) } ?? nil,
                    ]
                }
            ),
        ]
    }
}

/// The question before something dangerous: what will happen, in numbers.
package struct ConfirmView: Sendable {
    package let title: String
    package let consequences: [String]
    package let form: FormView
    /// Nothing is taken away: the button does not warn.
    package var isHarmless = false

    package init(_ title: String, _ consequences: [String], _ form: FormView) {
        self.title = title
        self.consequences = consequences
        self.form = form
    }

    package func json(csrf: String) -> JSON {
        [
            "title": .string(title), "consequences": .array(consequences.map { .string($0) }),
            "form": form.json(csrf: csrf), "isHarmless": .bool(isHarmless),
        ]
    }
}
