import Base

/// Which passwords are refused: short ones, well-known ones, and the person's own e-mail.
enum PasswordPolicy {
    static let charactersMin = 8
    static let charactersMax = 200

    enum Weakness: Error, Equatable {
        case tooShort, common, sameAsEmail

        var code: String {
            switch self {
            case .tooShort: "too_short"
            case .common: "too_common"
            case .sameAsEmail: "same_as_email"
            }
        }

        var message: String {
            switch self {
            case .tooShort: "must have at least \(charactersMin) characters"
            case .common: "is one of the passwords that are tried first"
            case .sameAsEmail: "must not be the e-mail"
            }
        }
    }

    static func check(_ password: String, email: String) -> Weakness? {
        guard password.count >= charactersMin else { return .tooShort }
        let plain = password.lowercased()
        let account = email.lowercased()
        if plain == account || plain == account.prefix(while: { $0 != "@" }) { return .sameAsEmail }
        if CommonPasswords.contains(plain) { return .common }
        return nil
    }
}
