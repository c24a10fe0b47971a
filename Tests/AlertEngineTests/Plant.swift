import Base
import Database
import TestSupport

@testable import AlertEngine

/// Keeps and judges readings as ingest does, by one connection.
struct Plant {
    static let coldCellID = "cel_00000000000000000000000001"
    static let start = Instant(milliseconds: 1_772_368_496_000)

    let database: MariaDB

    /// The tables, in an empty schema.
    static func build(_ scratch: ScratchDatabase) throws {
        for name in [
            "0005_outbox_create_events.sql", "0015_outbox_write_events_as_lines.sql",
            "0026_alerts_create_alerts.sql",
        ] {
            try scratch.apply(name)
        }
        try scratch.database.runScript(
            """
            CREATE TABLE kept (device int unsigned NOT NULL, at datetime(3) NOT NULL,
                PRIMARY KEY (device, at)) ENGINE = InnoDB
            """
        )
    }

    static func device(_ number: Int64) -> JudgedDevice {
        let digits = String(number)
        return JudgedDevice(
            number: number,
            id: "dev_" + String(repeating: "0", count: 26 - digits.count) + digits,
            coldCellID: coldCellID,
            organisationID: "org_00000000000000000000000001",
            temperatures: -20 ... -15
        )
    }

    static func reading(_ number: Int64, _ seconds: Int64, _ degrees: Double) -> JudgedReading {
        JudgedReading(
            deviceNumber: number,
            recordedAt: start.adding(seconds: seconds),
            temperature: degrees
        )
    }

    @discardableResult
    func judge(
        _ readings: [JudgedReading],
        before: () throws -> Void = {}
    ) throws -> [AlertChange] {
        let numbers = Set(readings.map(\.deviceNumber))
        let devices = Dictionary(uniqueKeysWithValues: numbers.map { ($0, Plant.device($0)) })
        return try database.transaction { tx in
            try AlertEngine.judge(
                readings,
                of: devices,
                Plant.terms(),
                in: tx,
                newest: { numbers in try newest(numbers, tx) },
                keeping: {
                    try before()
                    try keep(readings, tx)
                }
            )
        }
    }

    func fallSilent(_ numbers: [Int64], since: Instant = start) throws -> [AlertChange] {
        try database.transaction { tx in
            try AlertEngine.fallSilent(
                numbers.map { (Plant.device($0), since, 900) },
                Plant.terms(),
                in: tx,
                newest: { numbers in try newest(numbers, tx) }
            )
        }
    }

    static func terms() -> AlertTerms {
        AlertTerms(
            AlertRules(),
            escalationSeconds: 3600,
            now: start.adding(seconds: 1_000_000),
            source: "test"
        ) { prefix in
            var random = SystemRandomNumberGenerator()
            return Identifier.make(prefix, at: start, random: &random)
        }
    }

    func alerts() throws -> [Alert] {
        var sql = AlertsStore.select
        sql.append(" ORDER BY a.device_number, a.type, a.triggered_at, a.id")
        return try database.rows(sql, as: AlertsStore.read)
    }

    func count(_ table: StaticString) throws -> Int {
        var sql = SQLText("SELECT COUNT(*) FROM ")
        sql.append(table)
        return try database.row(sql) { try $0.int() } ?? 0
    }

    func eventTypes() throws -> [String] {
        try database.rows("SELECT lines_text FROM outbox_lines ORDER BY number") { row in
            try row.string().split(separator: "\n").compactMap { line in
                line.split(separator: "\t").first.map(String.init)
            }
        }.flatMap(\.self)
    }

    private func newest(_ numbers: [Int64], _ tx: Transaction) throws -> [Int64: Instant] {
        var moments: [Int64: Instant] = [:]
        for number in numbers {
            moments[number] = try tx.row(
                "SELECT at FROM kept WHERE device = ? ORDER BY at DESC LIMIT 1 LOCK IN SHARE MODE",
                number
            ) { try $0.instant() }
        }
        return moments
    }

    private func keep(_ readings: [JudgedReading], _ tx: Transaction) throws {
        var sql = SQLText("INSERT IGNORE INTO kept (device, at) VALUES")
        sql.appendRows(readings.map { [$0.deviceNumber, $0.recordedAt] })
        try tx.execute(sql)
    }
}
