package import Base
import HTTP

/// One value on a page, in a table or beside its name: it knows how it is shown and how a CSV file
/// has it.
package enum Value: Sendable, Equatable {
    case text(String)
    case link(String, to: String)
    case id(String, to: String? = nil)
    case number(Int64, unit: String = "")
    case measure(Double, decimals: Int, unit: String)
    case money(Int64, currency: String)
    case time(Instant)
    case status(Status)
    case bar(Bar)
    case nothing

    /// The value for the templates of `admin/values/`; every name is given, so that none is looked
    /// up further out.
    package func json(_ viewpoint: Viewpoint) -> JSONObject {
        var object: JSONObject = ["as": "admin/values/text.html", "to": nil, "text": nil]
        switch self {
        case .text(let text): object["text"] = .string(text)
        case .link(let text, let path):
            object["text"] = .string(text)
            object["to"] = .string(path)
        case .id(let id, let path):
            object["as"] = "admin/values/id.html"
            object.members += Value.parts(of: id).members
            object["to"] = path.map { .string($0) } ?? .null
        case .number(let number, let unit):
            object["text"] = .string(Value.with(unit, NumberText.grouped(number)))
        case .measure(let number, let decimals, let unit):
            let text = NumberText.decimal(number, decimals: decimals)
            object["text"] = .string(Value.with(unit, text))
        case .money(let minor, let currency):
            object["text"] = .string(MoneyText.text(minor, currency))
        case .time(let instant):
            object["as"] = "admin/values/time.html"
            object["text"] = .string(TimeText.relative(instant, viewpoint))
            object["exact"] = .string(TimeText.exact(instant, viewpoint.zone))
            object["machine"] = .string(instant.rfc3339)
        case .status(let status):
            object["as"] = "admin/values/status.html"
            object["text"] = .string(status.word)
            object["tone"] = .string(status.tone.rawValue)
        case .bar(let bar):
            object["as"] = "admin/values/bar.html"
            object.members += bar.json.members
        case .nothing: object["as"] = "admin/values/nothing.html"
        }
        return object
    }

    /// As it reads within a sentence.
    package func words(_ viewpoint: Viewpoint) -> String {
        if case .id(let id, _) = self { return id }
        return json(viewpoint)["text"]?.string ?? "–"
    }

    /// An id is shown by its prefix and its last letters, which differ most; copied, it is whole.
    private static func parts(of id: String) -> JSONObject {
        let shownAtEnd = 6
        let start = id.firstIndex(of: "_").map { id.index(after: $0) } ?? id.startIndex
        let isLong = id[start...].count > shownAtEnd + 4
        let end = isLong ? id.index(id.endIndex, offsetBy: -shownAtEnd) : start
        return [
            "whole": .string(id), "head": .string(String(id[..<start])),
            "middle": .string(String(id[start..<end])), "tail": .string(String(id[end...])),
        ]
    }

    private static func with(_ unit: String, _ text: String) -> String {
        unit.isEmpty ? text : unit == "%" ? text + unit : text + "\u{00A0}" + unit
    }
}

/// How something stands, by a word; its tone gives the word a shape and a colour.
package struct Status: Sendable, Equatable {
    /// What a status asks of people.
    package enum Tone: String, Sendable {
        /// As it should be.
        case good
        /// Somebody should look.
        case attention
        /// Wrong, or refused.
        case bad
        /// Under way.
        case moving
        /// Over, or of no concern.
        case quiet
    }

    package let word: String
    package let tone: Tone

    package init(_ word: String, _ tone: Tone) {
        self.word = word
        self.tone = tone
    }
}
