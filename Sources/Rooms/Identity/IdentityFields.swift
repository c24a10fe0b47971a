import Base
import HTTP

extension FieldRule where Value == String {
    /// A name of the time zone database, as the machine has it.
    static var timeZone: FieldRule<String> {
        let text = FieldRule.text(1...64)
        return FieldRule(text.shape) { json in
            text.read(json).flatMap { name in
                // It reads a file; a profile is not changed often.
                var zones = TimeZoneTable()
                guard zones.find(name) != nil else {
                    return .failure(
                        .init("unknown_time_zone", "must be a time zone such as Asia/Kolkata")
                    )
                }
                return .success(name)
            }
        }
    }

    /// A tag such as `en` or `en-IN`; what is not known is read as English.
    static var locale: FieldRule<String> {
        let text = FieldRule.text(2...35)
        return FieldRule(text.shape) { json in
            text.read(json).flatMap { tag in
                let parts = tag.split(separator: "-", omittingEmptySubsequences: false)
                let isTag = parts.allSatisfy { part in
                    (1...8).contains(part.utf8.count)
                        && part.utf8.allSatisfy { Character(Unicode.Scalar($0)).isASCIIWord }
                }
                guard isTag, (2...3).contains(parts[0].utf8.count) else {
                    return .failure(.init("invalid_locale", "must be a tag such as en-IN"))
                }
                return .success(tag)
            }
        }
    }

    /// As typed: white space counts, and nothing is trimmed.
    static var password: FieldRule<String> {
        FieldRule(.string(length: 1...PasswordPolicy.charactersMax)) { json in
            guard let text = json.string else {
                return .failure(.init("wrong_type", "must be text"))
            }
            guard !text.isEmpty else {
                return .failure(.init("too_short", "must not be empty"))
            }
            guard text.count <= PasswordPolicy.charactersMax else {
                return .failure(
                    .init(
                        "too_long",
                        "must have at most \(PasswordPolicy.charactersMax) characters"
                    )
                )
            }
            return .success(text)
        }
    }
}

extension Character {
    fileprivate var isASCIIWord: Bool { isASCII && (isLetter || isNumber) }
}

extension Fields {
    /// A password that somebody chooses, held against the policy.
    mutating func newPassword(_ name: String, email: String) -> String {
        guard let password = value(name, .password, isRequired: true) else { return "" }
        if let weakness = PasswordPolicy.check(password, email: email) {
            refuse(name, weakness.code, weakness.message)
        }
        return password
    }
}
