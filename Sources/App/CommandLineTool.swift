import Base
import Glibc
import House

/// The program's subcommands: finds the one that was asked for and runs it.
package struct CommandLineTool {
    private struct Command {
        let name: String
        let summary: String
        var takesArguments = false
        let run: (Product, [String]) throws -> Int32
    }

    private let product: Product

    package init(_ product: Product = Product()) {
        self.product = product
    }

    private static var commands: [Command] {
        [
            Command(name: "serve", summary: ServeCommand.summary, run: ServeCommand.run),
            Command(name: "migrate", summary: MigrateCommand.summary, run: MigrateCommand.run),
            Command(
                name: "seed",
                summary: SeedCommand.summary,
                takesArguments: true,
                run: SeedCommand.run
            ),
            Command(
                name: "user",
                summary: UserCommand.summary,
                takesArguments: true,
                run: UserCommand.run
            ),
            Command(name: "check", summary: CheckCommand.summary, run: CheckCommand.run),
            Command(
                name: "ledger",
                summary: LedgerCommand.summary,
                takesArguments: true,
                run: LedgerCommand.run
            ),
            Command(
                name: "follow",
                summary: FollowCommand.summary,
                takesArguments: true,
                run: FollowCommand.run
            ),
            Command(
                name: "simulate",
                summary: SimulateCommand.summary,
                takesArguments: true,
                run: SimulateCommand.run
            ),
            Command(
                name: "token",
                summary: TokenCommand.summary,
                takesArguments: true,
                run: TokenCommand.run
            ),
            Command(
                name: "render",
                summary: RenderCommand.summary,
                takesArguments: true,
                run: RenderCommand.run
            ),
            Command(name: "nginx", summary: NginxCommand.summary, run: NginxCommand.run),
            Command(name: "routes", summary: RoutesCommand.summary, run: RoutesCommand.run),
            Command(name: "openapi", summary: OpenAPICommand.summary, run: OpenAPICommand.run),
            Command(
                name: "version",
                summary: "print the version",
                run: { _, arguments in
                    guard !Terminal.explains(arguments, "usage: entrepot version") else { return 0 }
                    Terminal.say(Product.version)
                    return 0
                }
            ),
        ]
    }

    /// The exit code: 0 done, 1 failed, 2 called wrongly.
    package func run(_ arguments: [String]) -> Int32 {
        guard let name = arguments.first, !["help", "--help", "-h"].contains(name) else {
            Terminal.say(CommandLineTool.help)
            return arguments.isEmpty ? 2 : 0
        }
        guard let command = CommandLineTool.commands.first(where: { $0.name == name }) else {
            Terminal.complain("there is no command \(name); entrepot help lists them")
            return 2
        }
        let rest = Array(arguments.dropFirst())
        // What was not understood must not be answered by doing something else.
        if !command.takesArguments, let stray = rest.first, !Terminal.helpOptions.contains(stray) {
            Terminal.complain("\(name) takes no arguments, and was given \(stray)")
            return 2
        }
        do {
            return try command.run(product, rest)
        } catch let error as UsageError {
            Terminal.complain("\(error.message)\n\nusage: entrepot \(name) \(error.usage)")
            return 2
        } catch {
            Terminal.complain("\(error)")
            return 1
        }
    }

    private static var help: String {
        let width = commands.map(\.name.count).max() ?? 0
        let lines = commands.map { command in
            let padding = String(repeating: " ", count: width - command.name.count + 2)
            return "  \(command.name)\(padding)\(command.summary)"
        }
        return """
            entrepot \(Product.version): the back office of a company that trades goods and energy

            usage: entrepot <command> [arguments]; each command explains itself with --help

            \(lines.joined(separator: "\n"))

            Settings are ENTREPOT_… variables of the environment, or lines of the file that
            ENTREPOT_CONFIG names; entrepot check --help lists them.
            """
    }
}

/// The command was called wrongly.
struct UsageError: Error {
    let message: String
    let usage: String
}

/// What a person at a terminal reads.
enum Terminal {
    static let helpOptions = ["--help", "-h"]

    static func say(_ text: String) {
        put(text + "\n", STDOUT_FILENO)
    }

    static func complain(_ text: String) {
        put("entrepot: " + text + "\n", STDERR_FILENO)
    }

    static func put(_ text: String, _ descriptor: Int32) {
        put(Array(text.utf8), descriptor)
    }

    /// Whether somebody took it.
    @discardableResult
    static func put(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Prints the help of a command, when that is what was asked for.
    static func explains(_ arguments: [String], _ help: String) -> Bool {
        guard arguments.contains(where: helpOptions.contains) else { return false }
        say(help)
        return true
    }
}
