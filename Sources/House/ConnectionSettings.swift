import Database
import Redis

extension DatabaseSettings {
    static func serving(_ reader: inout SettingsReader) -> DatabaseSettings {
        var settings = DatabaseSettings(
            socket: reader.optionalText(
                "ENTREPOT_MARIADB_SOCKET",
                "unix socket of MariaDB; without it, host and port"
            ),
            host: reader.text("ENTREPOT_MARIADB_HOST", "127.0.0.1", "host of MariaDB"),
            port: reader.integer("ENTREPOT_MARIADB_PORT", 3306, in: 1...65_535, "its port"),
            user: reader.text(
                "ENTREPOT_MARIADB_USER",
                "entrepot",
                "serves requests; must not have CREATE, ALTER, DROP or TRIGGER"
            ),
            password: reader.secret("ENTREPOT_MARIADB_PASSWORD", "its password") ?? "",
            database: reader.text("ENTREPOT_MARIADB_DATABASE", "entrepot", "the database")
        )
        settings.lockWaitSeconds = reader.integer(
            "ENTREPOT_LOCK_WAIT_SECONDS",
            5,
            in: 1...60,
            "how long a statement waits for a row lock; below the request deadline"
        )
        settings.slowStatementMs = reader.integer(
            "ENTREPOT_SLOW_STATEMENT_MS",
            200,
            in: 1...60_000,
            "statements slower than this are logged"
        )
        return settings
    }

    func migrating(_ reader: inout SettingsReader) -> DatabaseSettings {
        forMigrations(
            user: reader.text(
                "ENTREPOT_MIGRATION_USER",
                "entrepot_migration",
                "changes tables in migrations"
            ),
            password: reader.secret("ENTREPOT_MIGRATION_PASSWORD", "its password") ?? ""
        )
    }
}

extension RedisSettings {
    static func read(_ reader: inout SettingsReader) -> RedisSettings {
        let socket = reader.optionalText(
            "ENTREPOT_REDIS_SOCKET",
            "unix socket of Redis; without it, host and port"
        )
        let host = reader.text("ENTREPOT_REDIS_HOST", "127.0.0.1", "host of Redis")
        let port = reader.integer("ENTREPOT_REDIS_PORT", 6379, in: 1...65_535, "its port")
        return RedisSettings(
            socket.map { .unix(path: $0) } ?? .tcp(host: host, port: Int32(port)),
            password: reader.secret("ENTREPOT_REDIS_PASSWORD", "its password, if it has one"),
            database: reader.integer("ENTREPOT_REDIS_DATABASE", 0, in: 0...15, "its database")
        )
    }
}
