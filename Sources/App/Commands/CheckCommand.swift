import Base
import Database
import Glibc
import House
import Ledger
import Redis

/// `entrepot check`: the configuration first, then every dependency.
enum CheckCommand {
    static let summary = "check the configuration and everything that is needed"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        let settings = try Settings.load()
        var report = Report()
        report.add("configuration", nil)
        report.add("signing key", attempt { _ = try TokenKeys(settings.token) })
        report.add("mail", attempt { try CourierProcess.check(settings) })
        report.add("templates", attempt { _ = try product.templates(settings) })
        let database = MariaDB(settings.database)
        report.add("mariadb", attempt { _ = try database.serverVersion() })
        report.add(
            "migrations",
            attempt {
                let missing = try product.migrator(on: database).missing()
                guard missing == 0 else { throw Fault("\(missing) are missing: entrepot migrate") }
            }
        )
        report.add("ledger", attempt { try checkBalance(database) })
        for room in product.rooms {
            report.add(room.name.lowercased(), attempt { try check(room, database) })
        }
        report.add(
            "redis (without it: slower, no live updates)",
            attempt { _ = try RedisConnection(settings.redis).command(["PING"]) }
        )
        return report.failed ? 1 : 0
    }

    private static func checkBalance(_ database: MariaDB) throws {
        guard let found = try Ledger.imbalances(database).first else { return }
        throw Fault("all accounts in \(found.unit) add up to \(found.sum), and not to nought")
    }

    /// Of one moment, whatever is changed meanwhile.
    private static func check(_ room: any Room.Type, _ database: MariaDB) throws {
        let flaws = try database.transaction { tx in try room.flaws(tx) }
        guard flaws.isEmpty else { throw Fault(flaws.joined(separator: "; ")) }
    }

    private static func attempt(_ look: () throws -> Void) -> (any Error)? {
        do {
            try look()
            return nil
        } catch {
            return error
        }
    }

    /// One line for each thing looked at.
    private struct Report {
        private(set) var failed = false

        mutating func add(_ name: String, _ error: (any Error)?) {
            if let error {
                failed = true
                Terminal.say("failed  \(name): \(error)")
            } else {
                Terminal.say("ok      \(name)")
            }
        }
    }

    private static var help: String {
        let lines = Settings.entries.map { entry in
            let fallback = entry.isSecret || entry.fallback.isEmpty ? "" : " [\(entry.fallback)]"
            return "  \(entry.name)\(fallback)\n      \(entry.help)"
        }
        return """
            usage: entrepot check

            Exits with 0 when all is well. The settings, each with its default in brackets:

            \(lines.joined(separator: "\n"))
              ENTREPOT_CONFIG
                  a file of NAME=value lines; the environment wins over it
            """
    }
}
