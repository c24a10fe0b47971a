import Base
import Glibc

/// Brings the tables to the state that the files of `sql/` describe; any number of hosts may try at
/// once.
package struct Migrator {
    private let migrations: [Migration]
    private let database: MariaDB

    package init(files: [(name: String, text: String)], database: MariaDB) throws {
        migrations = try files.map { try Migration(name: $0.name, text: $0.text) }
            .sorted { $0.number < $1.number }
        for (one, other) in zip(migrations, migrations.dropFirst()) where one.number == other.number
        {
            throw MigrationError.repeatedNumber(one.name, other.name)
        }
        self.database = database
    }

    /// The number of the newest file.
    package var latestNumber: Int { migrations.last?.number ?? 0 }

    /// How many files have not been applied: one row, for the readiness check.
    package func missing() throws -> Int {
        guard let last = migrations.last else { return 0 }
        do {
            let applied = try database.row(
                "SELECT COUNT(*) FROM schema_migrations WHERE number <= ?",
                last.number
            ) { try $0.int() }
            return migrations.count - (applied ?? 0)
        } catch DatabaseError.refused(let error) where error.code == ServerCode.noSuchTable {
            return migrations.count
        }
    }

    /// The files that have not been applied, after a look at those that have: none may have
    /// changed.
    package func pending() throws -> [Migration] {
        let applied = try appliedMigrations()
        return try migrations.filter { migration in
            guard let known = applied[migration.number] else { return true }
            guard known.name == migration.name, known.checksum == (try checksum(of: migration))
            else {
                throw MigrationError.changed(migration.name, applied: known.name)
            }
            return false
        }
    }

    /// Applies what is pending, one process at a time; returns what this one applied.
    ///
    /// After a crash in the middle of a file it is run again from its beginning, so every statement
    /// must bear that.
    @discardableResult
    package func apply(
        waitSecondsMax: Int = 300,
        onApplied: (Migration) -> Void = { _ in }
    ) throws -> [Migration] {
        guard try missing() > 0 || !pending().isEmpty else { return [] }
        try createTables()
        let lease = MigrationLease(database)
        try lease.acquire(waitSecondsMax: waitSecondsMax)
        do {
            // Only now: another host may have applied them while we waited.
            let migrations = try pending()
            for migration in migrations {
                try apply(migration, under: lease)
                onApplied(migration)
            }
            try lease.release()
            return migrations
        } catch {
            // The first error is the one to report; a lease that cannot be given back lapses.
            do { try lease.release() } catch { database.disconnect() }
            throw error
        }
    }

    private func apply(_ migration: Migration, under lease: MigrationLease) throws {
        let sum = try checksum(of: migration)
        for statement in try migration.statements() {
            try lease.renew()
            do {
                try database.runScript(statement)
            } catch DatabaseError.refused(let error) {
                throw MigrationError.failed(migration.name, statement: statement, error)
            }
        }
        try database.execute(
            """
            INSERT INTO schema_migrations (number, name, checksum, applied_at)
            VALUES (?, ?, ?, UTC_TIMESTAMP(3))
            """,
            migration.number,
            migration.name,
            sum
        )
    }

    private func appliedMigrations() throws -> [Int: (name: String, checksum: String)] {
        do {
            let rows = try database.rows(
                "SELECT number, name, checksum FROM schema_migrations"
            ) { (try $0.int(), (name: try $0.string(), checksum: try $0.string())) }
            return Dictionary(uniqueKeysWithValues: rows)
        } catch DatabaseError.refused(let error) where error.code == ServerCode.noSuchTable {
            return [:]
        }
    }

    /// SHA-256 in hexadecimal, by the server.
    private func checksum(of migration: Migration) throws -> String {
        try database.row("SELECT SHA2(?, 256)", migration.text) { try $0.string() } ?? ""
    }

    private func createTables() throws {
        try database.runScript(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number int unsigned NOT NULL PRIMARY KEY,
                name varchar(128) NOT NULL,
                checksum char(64) CHARACTER SET ascii NOT NULL,
                applied_at datetime(3) NOT NULL
            ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4
            """
        )
        try database.runScript(MigrationLease.table)
    }
}
