package import Base

/// What one field must be: its shape for the reader of the API, its check for the sender's value.
package struct FieldRule<Value> {
    /// Why a value is not taken; the field is named by whoever reads it.
    package struct Refusal: Error {
        package let code: String
        package let message: String

        package init(_ code: String, _ message: String) {
            self.code = code
            self.message = message
        }
    }

    package let shape: Shape
    package let read: (JSON) -> Result<Value, Refusal>

    package init(_ shape: Shape, _ read: @escaping (JSON) -> Result<Value, Refusal>) {
        self.shape = shape
        self.read = read
    }
}

extension FieldRule {
    /// Text is trimmed of the white space around it before it is measured, in code points as the
    /// database counts them: one character to the eye may hide any number of them.
    package static func text(_ length: ClosedRange<Int>) -> FieldRule<String> {
        FieldRule<String>(.string(length: length)) { json in
            guard case .string(let given) = json else {
                return .failure(.init("wrong_type", "must be text"))
            }
            let text = trimmed(given)
            guard !text.utf8.contains(0) else {
                return .failure(.init("invalid", "must not contain a zero byte"))
            }
            let count = text.unicodeScalars.count
            guard count >= length.lowerBound else {
                return .failure(
                    .init(
                        "too_short",
                        text.isEmpty
                            ? "must not be empty"
                            : "must have at least \(length.lowerBound) characters"
                    )
                )
            }
            guard count <= length.upperBound else {
                return .failure(
                    .init("too_long", "must have at most \(length.upperBound) characters")
                )
            }
            return .success(text)
        }
    }

    package static func integer(_ range: ClosedRange<Int64>) -> FieldRule<Int64> {
        FieldRule<Int64>(.integer(range)) { json in
            guard case .integer(let number) = json else {
                return .failure(.init("wrong_type", "must be a whole number"))
            }
            guard number >= range.lowerBound else {
                return .failure(.init("too_small", "must be at least \(range.lowerBound)"))
            }
            guard number <= range.upperBound else {
                return .failure(.init("too_large", "must be at most \(range.upperBound)"))
            }
            return .success(number)
        }
    }

    package static func number(_ range: ClosedRange<Double>) -> FieldRule<Double> {
        FieldRule<Double>(.number) { json in
            let number: Double
            switch json {
            case .integer(let whole): number = Double(whole)
            case .number(let given): number = given
            default: return .failure(.init("wrong_type", "must be a number"))
            }
            guard number >= range.lowerBound else {
                return .failure(.init("too_small", "must be at least \(range.lowerBound)"))
            }
            guard number <= range.upperBound else {
                return .failure(.init("too_large", "must be at most \(range.upperBound)"))
            }
            return .success(number)
        }
    }

    package static var flag: FieldRule<Bool> {
        FieldRule<Bool>(.boolean) { json in
            guard case .bool(let flag) = json else {
                return .failure(.init("wrong_type", "must be true or false"))
            }
            return .success(flag)
        }
    }

    /// A date-time of RFC 3339.
    package static var instant: FieldRule<Instant> {
        FieldRule<Instant>(.instant) { json in
            guard case .string(let text) = json, let instant = Instant(rfc3339: text) else {
                return .failure(
                    .init("invalid_time", "must be a time such as 2026-03-01T12:34:56.789Z")
                )
            }
            return .success(instant)
        }
    }

    package static func choice<Choice>(_ type: Choice.Type) -> FieldRule<Choice>
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        return FieldRule<Choice>(.choice(names)) { json in
            guard case .string(let name) = json, let value = Choice(rawValue: name) else {
                return .failure(
                    .init("not_allowed", "must be one of " + names.joined(separator: ", "))
                )
            }
            return .success(value)
        }
    }

    package static func list<Item>(
        of item: FieldRule<Item>,
        count: ClosedRange<Int>
    ) -> FieldRule<[Item]> {
        FieldRule<[Item]>(.array(item.shape, count: count)) { json in
            guard case .array(let given) = json else {
                return .failure(.init("wrong_type", "must be a list"))
            }
            guard count.contains(given.count) else {
                return .failure(
                    .init(
                        given.count < count.lowerBound ? "too_short" : "too_long",
                        "must have \(count.lowerBound) to \(count.upperBound) entries"
                    )
                )
            }
            var items: [Item] = []
            for (index, value) in given.enumerated() {
                switch item.read(value) {
                case .success(let item): items.append(item)
                case .failure(let refusal):
                    return .failure(
                        .init(refusal.code, "entry \(index + 1) \(refusal.message)")
                    )
                }
            }
            return .success(items)
        }
    }

    private static func trimmed(_ text: String) -> String {
        let body = text.unicodeScalars.drop(while: \.properties.isWhitespace)
        guard let last = body.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(body[...last])
    }
}

/// The short spellings that inputs use; a required field that is wrong yields a stand-in that never
/// leaves the reader.
extension Fields {
    package mutating func text(_ name: String, _ length: ClosedRange<Int>) -> String {
        value(name, .text(length), isRequired: true) ?? ""
    }

    package mutating func optionalText(_ name: String, _ length: ClosedRange<Int>) -> String? {
        value(name, .text(length), isRequired: false)
    }

    package mutating func integer(_ name: String, _ range: ClosedRange<Int64>) -> Int64 {
        value(name, .integer(range), isRequired: true) ?? range.lowerBound
    }

    package mutating func optionalInteger(_ name: String, _ range: ClosedRange<Int64>) -> Int64? {
        value(name, .integer(range), isRequired: false)
    }

    package mutating func flag(_ name: String) -> Bool {
        value(name, .flag, isRequired: true) ?? false
    }

    package mutating func optionalFlag(_ name: String) -> Bool? {
        value(name, .flag, isRequired: false)
    }

    package mutating func optionalInstant(_ name: String) -> Instant? {
        value(name, .instant, isRequired: false)
    }
}
