import Accounts
import Alerts
import Contracts
import Crypto
package import Database
import Events
import Fleet
package import House
import Identity
import Jobs
import System
import Telemetry
package import Templates
import Wallets

/// What this program is made of: its rooms, and the files inside the binary.
package struct Product {
    package static let title = "Entrepot"
    package static let version = "0.1.0"

    package let rooms: [any Room.Type]
    private let moreMigrations: [(name: String, text: String)]
    private let moreTemplates: [(name: String, text: String)]

    /// Other rooms are only given by the program that measures and tests the same machinery.
    package init(
        alsoWith more: [any Room.Type] = [],
        migrations: [(name: String, text: String)] = [],
        templates: [(name: String, text: String)] = []
    ) {
        rooms =
            [
                IdentityRoom.self, ContractsRoom.self, WalletsRoom.self, AccountsRoom.self,
                FleetRoom.self, TelemetryRoom.self, AlertsRoom.self, EventsRoom.self,
                SystemRoom.self,
            ] + more
        moreMigrations = migrations
        moreTemplates = templates
    }

    package var routes: [Route] {
        rooms.flatMap { $0.routes }
    }

    func jobs(_ household: Household) -> [Job] {
        rooms.flatMap { $0.jobs(household) }
    }

    package func migrator(on database: MariaDB) throws -> Migrator {
        let embedded = Embedded.files(under: "sql/").map { (name: $0.name, text: $0.text) }
        return try Migrator(files: embedded + moreMigrations, database: database)
    }

    /// All of them are parsed here: one that is broken stops the start and no request.
    package func templates(_ settings: Settings) throws -> TemplateSource {
        let embedded = Embedded.templates + moreTemplates
        return try TemplateSource(embedded: embedded, folder: settings.templateDirectory)
    }

    /// Where browsers find the static files: the fingerprint changes with the content.
    package var assets: [String: String] {
        var addresses: [String: String] = [:]
        for file in Embedded.files(under: "nginx/assets/") {
            addresses[file.name] = "/assets/\(file.name)?v=\(Product.fingerprint(file.bytes))"
        }
        return addresses
    }

    private static func fingerprint(_ bytes: [UInt8]) -> String {
        String(Hex.encode(SHA256.digest(bytes)).prefix(12))
    }
}
