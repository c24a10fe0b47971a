package import Base
import Crypto
package import Database
package import Redis

/// Everything that can be set, read once at the start and again at SIGHUP.
package struct Settings: Sendable {
    /// How many processes there are, where they listen and what bounds them.
    package struct Processes: Sendable {
        package let workers: Int
        package let slowWorkers: Int
        package let gatherers: Int
        package let hubs: Int
        package let workerSocket: String
        package let slowSocket: String
        package let gathererSocket: String
        private let hubSocket: String
        package let pidFile: String?
        package let user: String?
        package let requestDeadlineMs: Int
        package let drainDeadlineMs: Int
        package let recycleAfterRequests: Int
        package let memoryMiBMax: Int

        /// One for each hub: `hub1.sock` for the first.
        package func hubSocket(_ index: Int) -> String {
            let end = hubSocket.hasSuffix(".sock") ? ".sock" : ""
            return "\(hubSocket.dropLast(end.count))\(index + 1)\(end)"
        }
    }

    package let processes: Processes
    package let database: DatabaseSettings
    package let migration: DatabaseSettings
    package let redis: RedisSettings
    package let rateLimits: RateLimits
    package let logLevel: LogLevel
    package let publicURL: String
    package let corsOrigins: [String]
    package let metricsAllow: [String]
    package let templateDirectory: String?
    package let dataDirectory: String
    package let mqtt: MQTTSettings
    package let token: TokenSettings
    package let passwordCost: Int
    package let secretKeys: String?
    package let mail: MailSettings
    package let alerts: AlertSettings
    /// Readings and their roll-ups; a day goes as a whole.
    package let readingsKeptDays: Int64
    /// From when on people are written about the day before, on their own clocks.
    package let reportHour: Int64
    package let source: String

    package init(_ reader: inout SettingsReader) {
        processes = Processes(&reader)
        database = DatabaseSettings.serving(&reader)
        migration = database.migrating(&reader)
        redis = RedisSettings.read(&reader)
        rateLimits = RateLimits(&reader)
        logLevel = reader.value(
            "ENTREPOT_LOG_LEVEL",
            LogLevel.info,
            shown: "info",
            expected: "debug, info, warning or error",
            "the quietest lines that are written",
            parse: LogLevel.init(name:)
        )
        publicURL = reader.text(
            "ENTREPOT_PUBLIC_URL",
            "https://localhost:8443",
            "where people and clients reach this"
        )
        corsOrigins = reader.list(
            "ENTREPOT_CORS_ORIGINS",
            [],
            "origins whose pages may call the API"
        )
        metricsAllow = reader.list(
            "ENTREPOT_METRICS_ALLOW",
            ["127.0.0.1", "::1"],
            "addresses that may read /metrics"
        )
        templateDirectory = reader.optionalText(
            "ENTREPOT_TEMPLATE_DIRECTORY",
            "templates read from here at each use, for editing them"
        )
        dataDirectory = reader.text(
            "ENTREPOT_DATA_DIRECTORY",
            ".",
            "where files are kept; its free space is watched"
        )
        mqtt = MQTTSettings(&reader)
        token = TokenSettings(&reader)
        passwordCost = reader.integer(
            "ENTREPOT_PASSWORD_COST",
            12,
            in: PasswordHash.costs,
            "bcrypt's cost: each step doubles the time of a sign-in, and of a guess"
        )
        secretKeys = Settings.secretKeys(&reader)
        mail = MailSettings(&reader)
        alerts = AlertSettings(&reader)
        readingsKeptDays = Int64(
            reader.integer(
                "ENTREPOT_READINGS_KEPT_DAYS",
                730,
                in: 30...3660,
                "readings are dropped, with their roll-ups, after so many days"
            )
        )
        reportHour = Settings.reportHour(&reader)
        source = reader.text(
            "ENTREPOT_SOURCE",
            Settings.hostName(),
            "the name of this host in events and logs"
        )
    }

    private static func reportHour(_ reader: inout SettingsReader) -> Int64 {
        Int64(
            reader.integer(
                "ENTREPOT_REPORT_HOUR",
                6,
                in: 0...23,
                "from this hour of their own day on people are written about the day before"
            )
        )
    }

    private static func secretKeys(_ reader: inout SettingsReader) -> String? {
        let keys = reader.secret(
            "ENTREPOT_SECRET_KEYS",
            "keys for secrets at rest (of one-time codes), <id>:<64 hex digits>, the current first"
        )
        if let keys, (try? SecretBox(keys: keys)) == nil {
            reader.refuse(
                "ENTREPOT_SECRET_KEYS: <id>:<64 hex digits>, comma separated, is expected"
            )
        }
        return keys
    }

    /// Reads the environment; everything that is wrong is reported at once.
    package static func load() throws -> Settings {
        var reader = SettingsReader(environment: try SettingsReader.environment())
        let settings = Settings(&reader)
        reader.refuseUnknown()
        guard reader.errors.isEmpty else {
            throw Fault(
                "the configuration is not valid:\n  " + reader.errors.joined(separator: "\n  ")
            )
        }
        return settings
    }

    /// Every setting with its default and what it is for.
    package static var entries: [SettingsReader.Entry] {
        var reader = SettingsReader(environment: [:])
        _ = Settings(&reader)
        return reader.entries
    }

    private static func hostName() -> String {
        let bytes = readFile("/proc/sys/kernel/hostname", bytesMax: 1024) ?? []
        let name = String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
        return name.isEmpty ? "entrepot" : name
    }
}

extension Settings.Processes {
    fileprivate init(_ reader: inout SettingsReader) {
        workers = reader.integer(
            "ENTREPOT_WORKERS",
            4,
            in: 1...64,
            "worker processes for fast requests; two a core are about right"
        )
        slowWorkers = reader.integer(
            "ENTREPOT_SLOW_WORKERS",
            2,
            in: 1...64,
            "worker processes for slow requests (passwords, reports, exports)"
        )
        gatherers = reader.integer(
            "ENTREPOT_GATHERERS",
            2,
            in: 1...16,
            "processes for what is gathered into common transactions (shipments, transfers)"
        )
        hubs = reader.integer(
            "ENTREPOT_HUBS",
            2,
            in: 0...32,
            "processes that hold all streams and polls; one a core is about right"
        )
        workerSocket = Self.socket(&reader, "worker", "the workers")
        slowSocket = Self.socket(&reader, "slow", "the slow workers")
        gathererSocket = Self.socket(&reader, "gatherer", "the gatherers")
        hubSocket = Self.socket(
            &reader,
            "hub",
            "the hubs; each has its own, with its number: hub1.sock"
        )
        pidFile = reader.optionalText("ENTREPOT_PID_FILE", "file for the supervisor's process id")
        user = reader.optionalText("ENTREPOT_USER", "user to become, when started as root")
        requestDeadlineMs = reader.integer(
            "ENTREPOT_REQUEST_DEADLINE_MS",
            20_000,
            in: 100...600_000,
            "a worker that is stuck in one request for longer is killed and replaced"
        )
        drainDeadlineMs = reader.integer(
            "ENTREPOT_DRAIN_DEADLINE_MS",
            20_000,
            in: 100...600_000,
            "how long a retired process may go on; above nginx's keepalive_time + keepalive_timeout"
        )
        recycleAfterRequests = reader.integer(
            "ENTREPOT_RECYCLE_AFTER_REQUESTS",
            5_000_000,
            in: 0...Int(Int32.max),
            "a worker is replaced after so many requests (0: never)"
        )
        memoryMiBMax = reader.integer(
            "ENTREPOT_MEMORY_MIB_MAX",
            256,
            in: 32...65_536,
            "a worker is replaced when its own memory is larger"
        )
    }

    private static func socket(
        _ reader: inout SettingsReader,
        _ name: String,
        _ whose: String
    ) -> String {
        reader.text(
            "ENTREPOT_\(name.uppercased())_SOCKET",
            "/run/entrepot/\(name).sock",
            "FastCGI socket of \(whose)"
        )
    }
}
