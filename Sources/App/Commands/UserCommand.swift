import Base
import Crypto
import Database
import Glibc
import HTTP
import House
import Identity

/// `entrepot user create`: lets somebody in from the host itself, the first administrator above
/// all.
enum UserCommand {
    static let summary = "let somebody in: user create --email <e-mail> [--admin]"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        guard arguments.first == "create" else {
            throw UsageError(message: "user create is what there is", usage: usage)
        }
        let wish = try Wish(Array(arguments.dropFirst()))
        let settings = try Settings.load()
        let password = wish.takesPassword ? readLine(strippingNewline: true) ?? "" : nil
        let now = Clock.system.now
        do {
            let said = try MariaDB(settings.database).transaction { tx in
                guard let password else {
                    let (id, path) = try OperatorDesk.add(
                        email: wish.email,
                        roles: wish.roles,
                        at: now,
                        tx
                    )
                    return "\(id) may choose a password within a day at "
                        + settings.publicURL + path
                }
                return try OperatorDesk.add(
                    email: wish.email,
                    password: password,
                    roles: wish.roles,
                    hashedBy: PasswordHash(cost: settings.passwordCost),
                    at: now,
                    tx
                )
            }
            Terminal.say(said)
            return 0
        } catch let problem as Problem {
            let fields = problem.errors.map { "\($0.field) \($0.message)" }
            Terminal.complain(([problem.title] + fields).joined(separator: ": "))
            return 1
        }
    }

    /// What the arguments ask for.
    private struct Wish {
        var email = ""
        var roles: Set<Role> = []
        var takesPassword = false

        init(_ arguments: [String]) throws {
            var rest = arguments[...]
            while let option = rest.popFirst() {
                switch option {
                case "--admin": roles.insert(.admin)
                case "--password-stdin": takesPassword = true
                case "--email": email = try Wish.value(of: option, &rest)
                case "--role":
                    let name = try Wish.value(of: option, &rest)
                    guard let role = Role(rawValue: name) else {
                        throw UsageError(message: "there is no role \(name)", usage: usage)
                    }
                    roles.insert(role)
                default: throw UsageError(message: "unknown option \(option)", usage: usage)
                }
            }
            guard !email.isEmpty else {
                throw UsageError(message: "--email is needed", usage: usage)
            }
        }

        private static func value(
            of option: String,
            _ rest: inout ArraySlice<String>
        ) throws -> String {
            guard let value = rest.popFirst() else {
                throw UsageError(message: "\(option) needs a value", usage: usage)
            }
            return value
        }
    }

    private static let usage = """
        create --email <e-mail> [--admin] [--role <role>]… [--password-stdin]
        """

    private static let help = """
        usage: entrepot user \(usage)

        Adds somebody, and prints a link that works once, within a day, to choose a password with.
        With --password-stdin the password is the first line of the standard input. Roles: \
        \(Role.allCases.map(\.rawValue).joined(separator: ", ")).
        """
}
