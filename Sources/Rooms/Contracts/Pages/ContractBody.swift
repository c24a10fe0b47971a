import Base
import HTTP
import House

/// What somebody typed of a contract, said as a program would say it: the rules are those of the
/// API, and its errors name the same fields.
struct ContractBody {
    let form: Query
    let zone: TimeZone

    /// For `NewContract`: what was left empty is left out.
    var whole: JSON {
        var body: JSONObject = ["title": .string(text("title")), "quota": number("quota")]
        for name in ["code", "customer", "unit"] where !text(name).isEmpty {
            body[name] = .string(text(name))
        }
        for name in ["startsAt", "endsAt"] where !text(name).isEmpty { body[name] = moment(name) }
        return .object(with(lists, body))
    }

    /// For `ContractPatch`: what was emptied is cleared, and a moment that was not touched keeps
    /// its seconds.
    func change(of contract: Contract) -> JSON {
        let customer = text("customer")
        var body: JSONObject = [
            "title": .string(text("title")), "quota": number("quota"),
            "customer": customer.isEmpty ? .null : .string(customer),
        ]
        let shown = contract.endsAt.map { TimeText.formMoment($0, zone) } ?? ""
        if text("endsAt") != shown {
            body["endsAt"] = text("endsAt").isEmpty ? .null : moment("endsAt")
        }
        return .object(with(lists, body))
    }

    private var lists: JSONObject {
        let percents = parts("alertPercents") { $0 == "," || $0 == "%" || $0.isWhitespace }
        let emails = parts("notifyEmails") { $0 == "," || $0 == ";" || $0.isWhitespace }
        return [
            "alertPercents": .array(percents.map(Self.number)),
            "notifyEmails": .array(emails.map { .string($0) }),
        ]
    }

    private func with(_ more: JSONObject, _ body: JSONObject) -> JSONObject {
        var body = body
        body.members += more.members
        return body
    }

    private func text(_ name: String) -> String {
        let text = form[name] ?? ""
        return text.contains { !$0.isWhitespace } ? text : ""
    }

    private func parts(_ name: String, _ isGap: (Character) -> Bool) -> [String] {
        text(name).split(whereSeparator: isGap).map { String($0) }
    }

    private func number(_ name: String) -> JSON { Self.number(text(name)) }

    /// People group digits as pages do.
    static func number(_ text: String) -> JSON {
        Int64(text.filter { $0 != "," && !$0.isWhitespace }).map { .integer($0) } ?? .string(text)
    }

    private func moment(_ name: String) -> JSON {
        let text = text(name)
        return .string(TimeText.moment(text, zone)?.rfc3339 ?? text)
    }
}
