import Base
import House

/// `entrepot token`: a short-lived access token for whoever holds the signing key anyway.
enum TokenCommand {
    static let summary = "sign a short-lived access token, for scripts of the operator"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        var roles: Set<Role> = [.user]
        var subject = "operator"
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else {
                throw UsageError(message: "\(option) needs a value", usage: usage)
            }
            switch option {
            case "--subject": subject = value
            case "--role":
                guard let role = Role(rawValue: value) else {
                    throw UsageError(message: "there is no role \(value)", usage: usage)
                }
                roles.insert(role)
            default: throw UsageError(message: "unknown option \(option)", usage: usage)
            }
        }
        let keys = try TokenKeys(try Settings.load().token)
        let claims: JSONObject = [
            "sub": .string(subject),
            "roles": .array(roles.map(\.rawValue).sorted().map { .string($0) }),
        ]
        let seconds = TokenSettings.operatorMinutes * 60
        guard let token = keys.sign(claims, at: Clock.system.now, seconds: seconds)
        else {
            throw Fault("ENTREPOT_TOKEN_KEY_FILE is not set: there is no key to sign with")
        }
        Terminal.say(token)
        return 0
    }

    private static let usage = "[--role <role>]… [--subject <id>]"

    private static let help = """
        usage: entrepot token \(usage)

        Prints an access token that lives \(TokenSettings.operatorMinutes) minutes. Roles: \
        \(Role.allCases.map(\.rawValue).joined(separator: ", ")).
        """
}
