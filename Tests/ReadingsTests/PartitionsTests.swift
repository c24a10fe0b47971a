import Base
import Database
import TestSupport
import Testing

@testable import Readings

/// Days are made ahead and dropped whole, by a right that allows nothing else.
@Suite(.serialized) final class PartitionsTests {
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let now = Clock.system.now

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        for name in [
            "0023_readings_create_readings.sql", "0024_readings_create_rollups.sql",
            "0025_readings_keep_partitions.sql",
        ] { try scratch.apply(name) }
    }

    private func partitions(of table: String) throws -> [String] {
        try database.rows(
            """
            SELECT partition_name FROM information_schema.partitions
            WHERE table_schema = DATABASE() AND table_name = ?
            ORDER BY partition_ordinal_position
            """,
            table
        ) { try $0.string() }
    }

    private func keep(_ table: String, inDays days: Int64 = 0, daysKept: Int64 = 730) throws
        -> PartitionsStore.Change
    {
        try PartitionsStore.keep(
            table,
            at: now.adding(seconds: days * 86_400),
            daysKept: daysKept,
            database
        )
    }

    @Test(arguments: PartitionsStore.tables)
    func `each table has partitions from its first day on, and room behind them`(table: String)
        throws
    {
        let names = try partitions(of: table)
        #expect(names.count > 2)
        #expect(names.last == "later")
        #expect(try keep(table) == .init(made: 0, dropped: 0))
        #expect(try partitions(of: table) == names)
    }

    @Test func `days are made ahead, and what is in later comes into its own`() throws {
        try database.transaction { tx in
            let late = Reading(
                deviceNumber: 1,
                recordedAt: self.now.adding(seconds: 20 * 86_400),
                temperature: 4
            )
            _ = try Readings.keep([late], in: tx)
        }
        #expect(try keep("readings", inDays: 10) == .init(made: 10, dropped: 0))
        let laterRows = try database.row("SELECT COUNT(*) FROM readings PARTITION (later)") {
            try $0.int()
        }
        #expect(laterRows == 0)
        let rows = try database.row("SELECT COUNT(*) FROM readings") { try $0.int() }
        #expect(rows == 1)
    }

    @Test func `a migration that is run again leaves partitions as they are`() throws {
        let before = try partitions(of: "readings")
        for name in ["0023_readings_create_readings.sql", "0025_readings_keep_partitions.sql"] {
            try scratch.apply(name)
        }
        #expect(try partitions(of: "readings") == before)
    }

    @Test func `old days go, and nothing of the last thirty, whatever is asked`() throws {
        try makeOldDays()
        _ = try database.transaction { tx in
            try Readings.keep(
                [40, 20].map { days in
                    Reading(
                        deviceNumber: 1,
                        recordedAt: self.now.adding(seconds: -days * 86_400),
                        temperature: 4
                    )
                },
                in: tx
            )
        }
        #expect(try keep("readings").dropped == 0)
        #expect(try keep("readings", daysKept: 0).dropped > 0)
        let kept = try database.rows("SELECT recorded_at FROM readings") { try $0.instant() }
        #expect(kept.map { (self.now.milliseconds - $0.milliseconds) / 86_400_000 } == [20])
    }

    @Test func `no other table can be named`() throws {
        #expect(throws: DatabaseError.self) { try self.keep("ledger_postings") }
        #expect(throws: DatabaseError.self) { try self.keep("readings; DROP TABLE readings") }
    }

    @Test func `whoever may only execute changes partitions and nothing else`() throws {
        let user = try ServingUser(on: scratch)
        #expect(
            try PartitionsStore.keep(
                "readings",
                at: now.adding(seconds: 86_400),
                daysKept: 730,
                user.database
            ).made == 1
        )
        #expect(throws: DatabaseError.self) {
            try user.database.runScript("ALTER TABLE readings DROP PARTITION later")
        }
    }

    /// As if the tables had been there for two months.
    private func makeOldDays() throws {
        let first = try partitions(of: "readings")[0]
        let days = (9...60).reversed().map { now.adding(seconds: -$0 * 86_400) }
        let parts = days.map { day in
            let name = day.rfc3339.prefix(10).filter { $0 != "-" }
            let bound = day.adding(seconds: 86_400).rfc3339.prefix(10)
            return "PARTITION d\(name) VALUES LESS THAN ('\(bound)')"
        }
        let bound = try database.row(
            """
            SELECT partition_description FROM information_schema.partitions
            WHERE table_schema = DATABASE() AND table_name = 'readings'
                AND partition_ordinal_position = 1
            """
        ) { try $0.string() }
        let last = "PARTITION \(first) VALUES LESS THAN (\(bound ?? ""))"
        try database.runScript(
            "ALTER" + " TABLE readings REORGANIZE PARTITION \(first) INTO "
                + "(\((parts + [last]).joined(separator: ", ")))"
        )
    }
}

/// Somebody who may do what the serving user may.
private final class ServingUser {
    let database: MariaDB
    private let administrator: MariaDB
    private let name: String

    init(on scratch: ScratchDatabase) throws {
        administrator = scratch.another()
        let schema = scratch.settings.database ?? ""
        name = String("u\(schema)".suffix(30))
        try administrator.runScript("CREATE USER \(name)@localhost IDENTIFIED BY 'x'")
        try administrator.runScript(
            "GRANT" + " SELECT, INSERT, UPDATE, DELETE, EXECUTE ON \(schema).* TO \(name)@localhost"
        )
        var settings = scratch.settings
        settings.user = name
        settings.password = "x"
        database = MariaDB(settings)
    }

    deinit {
        try? administrator.runScript("DROP USER \(name)@localhost")
    }
}
