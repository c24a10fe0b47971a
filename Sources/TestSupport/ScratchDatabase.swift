import Base
package import Database
import Glibc

/// An empty schema on the test server, with a connection to it; dropped when the test lets go of
/// it.
package final class ScratchDatabase {
    package let settings: DatabaseSettings
    package let database: MariaDB
    private let name: String
    private let administrator: MariaDB

    package init() throws {
        var random = SystemRandomNumberGenerator()
        name = "test_" + Identifier.ulid(at: Clock.system.now, random: &random).lowercased()
        var settings = try ScratchDatabase.serverSettings()
        administrator = MariaDB(settings)
        try administrator.runScript("CREATE DATABASE \(name) CHARACTER SET utf8mb4")
        settings.database = name
        self.settings = settings
        database = MariaDB(settings)
    }

    deinit {
        do {
            try administrator.runScript("DROP DATABASE \(name)")
        } catch {
            let sentence = "\(name) was not dropped: \(error)\n"
            write(STDERR_FILENO, sentence, sentence.utf8.count)
        }
    }

    /// Runs a migration of the product, without keeping a record of it.
    package func apply(_ name: String) throws {
        guard let file = EmbeddedFiles.under("sql/").first(where: { $0.name == name }) else {
            throw Fault("there is no migration \(name)")
        }
        for statement in try Migration(name: file.name, text: file.text).statements() {
            try database.runScript(statement)
        }
    }

    /// A further connection to the same schema.
    package func another() -> MariaDB { MariaDB(settings) }

    private static func serverSettings() throws -> DatabaseSettings {
        guard let socket = getenv("ENTREPOT_TEST_MARIADB_SOCKET") else {
            throw Fault(
                """
                ENTREPOT_TEST_MARIADB_SOCKET is not set. It names the socket of a private \
                MariaDB for tests; `make test` starts one.
                """
            )
        }
        let user = getenv("ENTREPOT_TEST_MARIADB_USER").map { String(cString: $0) } ?? "root"
        return DatabaseSettings(socket: String(cString: socket), user: user, database: nil)
    }
}
