package import Base

/// What is different between two states of an object, field by field.
package struct Difference {
    /// A field as it was and as it is.
    package struct Change {
        package let name: String
        package let before: Value
        package let after: Value
    }

    /// Of the object's own book-keeping, which changes with everything.
    private static let hidden: Set<String> = ["version", "updatedAt", "organisationId"]

    package let changed: [Change]
    package let unchangedCount: Int

    /// `without` names what says nothing where the difference is shown.
    package init(_ before: JSON, _ after: JSON, without others: Set<String> = []) {
        let hidden = Self.hidden.union(others)
        let (old, new) = (Self.flat(before, hidden), Self.flat(after, hidden))
        let names =
            new.map(\.name)
            + old.map(\.name).filter { name in
                !new.contains { $0.name == name }
            }
        var changed: [Change] = []
        for name in names {
            let was = old.first { $0.name == name }?.value ?? .null
            let isNow = new.first { $0.name == name }?.value ?? .null
            guard was != isNow else { continue }
            changed.append(
                Change(name: Self.words(name), before: Self.value(was), after: Self.value(isNow))
            )
        }
        self.changed = changed
        unchangedCount = names.count - changed.count
    }

    /// An object inside is told apart by its name, which says more than its parts.
    private static func flat(
        _ json: JSON,
        _ hidden: Set<String>
    ) -> [(name: String, value: JSON)] {
        guard case .object(let object) = json else { return [] }
        return object.members.filter { !hidden.contains($0.key) }.map { member in
            (member.key, member.value["name"] ?? member.value)
        }
    }

    /// `emailVerified`: `Email verified`.
    package static func words(_ name: String) -> String {
        var words = ""
        for character in name {
            if character.isUppercase { words += " " }
            words += words.isEmpty ? character.uppercased() : character.lowercased()
        }
        return words
    }

    private static func value(_ json: JSON) -> Value {
        switch json {
        case .null: return .text("(empty)")
        case .bool(let flag): return .text(flag ? "yes" : "no")
        case .integer(let number): return .number(number)
        case .string(let text):
            if let instant = Instant(rfc3339: text) { return .time(instant) }
            return .text(text.isEmpty ? "(empty)" : text)
        case .array(let items):
            let texts = items.map { $0.string ?? $0.text }
            return .text(texts.isEmpty ? "(none)" : texts.joined(separator: ", "))
        default: return .text(json.text)
        }
    }
}
