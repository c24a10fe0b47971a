import Base
import Database
import House

/// `entrepot migrate`: brings the tables to what this binary needs.
enum MigrateCommand {
    static let summary = "bring the database's tables to what this binary needs"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        let settings = try Settings.load()
        let migrator = try product.migrator(on: MariaDB(settings.migration))
        let applied = try migrator.apply { Terminal.say("applied \($0.name)") }
        if applied.isEmpty { Terminal.say("nothing to do") }
        return 0
    }

    private static let help = """
        usage: entrepot migrate

        Applies the numbered migrations inside this binary that the database does not have yet, as
        the user ENTREPOT_MIGRATION_USER. Any number of hosts may start it at once: one does it.
        """
}
