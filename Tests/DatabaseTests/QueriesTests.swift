import Base
import Database
import TestSupport
import Testing

@Suite(.serialized) final class QueriesTests {
    let scratch: ScratchDatabase
    let database: MariaDB

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try database.runScript(
            """
            CREATE TABLE things (
                id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, whole bigint NULL,
                name varchar(64) NULL, blob_bytes mediumblob NULL, at datetime(3) NULL,
                ratio double NULL, flag tinyint(1) NULL,
                UNIQUE KEY things_name (name)
            ) ENGINE = InnoDB
            """
        )
    }

    struct Thing: Equatable {
        var whole: Int64?
        var name: String?
        var bytes: [UInt8]?
        var at: Instant?
        var ratio: Double?
        var flag: Bool?
    }

    func stored(_ thing: Thing) throws -> Thing? {
        let id = try database.execute(
            """
            INSERT INTO things (whole, name, blob_bytes, at, ratio, flag) VALUES (?, ?, ?, ?, ?, ?)
            """,
            thing.whole,
            thing.name,
            thing.bytes,
            thing.at,
            thing.ratio,
            thing.flag
        ).lastInsertID
        return try database.row(
            "SELECT whole, name, blob_bytes, at, ratio, flag FROM things WHERE id = ?",
            id
        ) { row in
            Thing(
                whole: try row.optionalInt64(),
                name: try row.optionalString(),
                bytes: try row.optionalBytes(),
                at: try row.optionalInstant(),
                ratio: try row.optionalDouble(),
                flag: try row.optionalBool()
            )
        }
    }

    @Test(arguments: [
        Thing(),
        Thing(
            whole: .max,
            name: "Ωhm 🔋 \"quoted\" \\ ' ; --",
            bytes: [0, 255, 10, 0],
            at: Instant(milliseconds: 1_772_368_496_789),
            ratio: 0.1,
            flag: true
        ),
        Thing(
            whole: .min,
            name: "",
            bytes: [],
            at: Instant(milliseconds: -1),
            ratio: -1e300,
            flag: false
        ),
        Thing(at: Instant(milliseconds: 253_402_300_799_999)),
        Thing(at: Instant(milliseconds: 0)),
    ])
    func `every type comes back as it was stored`(thing: Thing) throws {
        #expect(try stored(thing) == thing)
    }

    @Test func `a blob of a mebibyte comes back whole`() throws {
        let bytes = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try stored(Thing(name: "small beside it", bytes: bytes))?.bytes == bytes)
        let lengths = [1023, 1024, 1025, 1056, 1057]
        for length in lengths {
            #expect(try stored(Thing(bytes: Array(bytes.prefix(length))))?.bytes?.count == length)
        }
    }

    @Test func `a datetime beyond the calendar is refused before it is sent`() {
        #expect(throws: DatabaseError.mismatch("a datetime must lie within the years 1 to 9999")) {
            try database.row("SELECT ?", Instant(milliseconds: .max / 2)) { try $0.instant() }
        }
    }

    @Test func `a column of another type is refused`() throws {
        #expect(throws: DatabaseError.mismatch("column 1 (n) is not a string")) {
            try database.row("SELECT 1 AS n") { try $0.string() }
        }
        #expect(throws: DatabaseError.mismatch("column 1 (n) is not a 64-bit integer")) {
            try database.row("SELECT 'one' AS n") { try $0.int() }
        }
        #expect(throws: DatabaseError.mismatch("column 1 (n) is NULL")) {
            try database.row("SELECT NULL AS n") { try $0.int() }
        }
        #expect(throws: DatabaseError.mismatch("column 2 of 1 was asked for")) {
            try database.row("SELECT 1") { row in (try row.int(), try row.int()) }
        }
        #expect(throws: DatabaseError.mismatch("column 1 (n) is not a number below 2^63")) {
            try database.row("SELECT 18446744073709551615 AS n") { try $0.int64() }
        }
        #expect(try database.row("SELECT 1") { try $0.int() } == 1)
    }

    @Test func `the type of a bare placeholder follows its value`() throws {
        func echo(_ value: any SQLConvertible) throws -> String? {
            try database.row("SELECT COALESCE(?, NULL)", value) { row in
                switch value.sql {
                case .string: try row.string()
                default: "\(try row.int64())"
                }
            }
        }
        #expect(try echo(7) == "7")
        #expect(try echo("seven") == "seven")
        #expect(try echo(8) == "8")
        #expect(database.preparedStatementCount == 1)
    }

    @Test func `a sum of integers is read as an integer`() throws {
        try database.execute("INSERT INTO things (whole) VALUES (?), (?)", 40, 2)
        #expect(try database.row("SELECT SUM(whole) FROM things") { try $0.int64() } == 42)
    }

    @Test func `no row is nil and two rows are a mistake`() throws {
        #expect(try database.row("SELECT id FROM things") { try $0.int() } == nil)
        try database.execute("INSERT INTO things (whole) VALUES (1), (2)")
        #expect(throws: DatabaseError.mismatch("2 rows where one is expected")) {
            try database.row("SELECT id FROM things") { try $0.int() }
        }
        #expect(
            try database.rows("SELECT whole FROM things ORDER BY id") { try $0.int() } == [1, 2]
        )
    }

    @Test func `a decoder that fails leaves the connection usable`() throws {
        try database.execute("INSERT INTO things (whole) VALUES (1), (NULL), (3)")
        #expect(throws: DatabaseError.mismatch("column 1 (whole) is NULL")) {
            try database.rows("SELECT whole FROM things ORDER BY id") { try $0.int() }
        }
        let found = try database.rows("SELECT whole FROM things ORDER BY id") {
            try $0.optionalInt()
        }
        #expect(found == [1, nil, 3])
    }

    @Test func `a decoder may run another statement`() throws {
        try database.execute("INSERT INTO things (whole) VALUES (1), (2), (3)")
        let doubled = try database.rows("SELECT whole FROM things ORDER BY id") { row in
            try database.row("SELECT 2 * ?", try row.int()) { try $0.int() }
        }
        #expect(doubled == [2, 4, 6])
    }

    @Test func `the same statement is prepared once and the oldest is dropped`() throws {
        var settings = scratch.settings
        settings.statementsMax = 3
        let database = MariaDB(settings)
        for number in 1...5 {
            #expect(try database.row("SELECT ?", number) { try $0.int() } == number)
        }
        #expect(database.preparedStatementCount == 1)
        for count in 1...4 {
            var sql = SQLText("SELECT COUNT(*) FROM things WHERE id")
            sql.appendIn(Array(1...(1 << count)))
            #expect(try database.row(sql) { try $0.int() } == 0)
        }
        #expect(database.preparedStatementCount == 3)
        let open = try database.row("SHOW SESSION STATUS LIKE 'Prepared_stmt_count'") { _ in true }
        #expect(open == true)
    }

    @Test func `a list of any length finds what it names`() throws {
        try database.execute("INSERT INTO things (whole) VALUES (1), (2), (3), (4), (5)")
        func found(_ list: [Int]) throws -> [Int] {
            var sql = SQLText("SELECT whole FROM things WHERE flag IS NULL AND whole")
            sql.appendIn(list)
            sql.append(" AND whole < ? ORDER BY whole", 5)
            return try database.rows(sql) { try $0.int() }
        }
        #expect(try found([]) == [])
        #expect(try found([3]) == [3])
        #expect(try found([1, 3, 5]) == [1, 3])
    }

    @Test func `many rows are inserted by one statement`() throws {
        var sql = SQLText("INSERT INTO things (whole, name) VALUES ")
        for number in 0..<500 {
            if number > 0 { sql.append(", ") }
            sql.appendTuple([number, "name \(number)"])
        }
        #expect(try database.execute(sql).affectedRows == 500)
        #expect(try database.row("SELECT SUM(whole) FROM things") { try $0.int() } == 124_750)
    }

    @Test func `affected rows count what was found, changed or not`() throws {
        try database.execute("INSERT INTO things (whole) VALUES (1)")
        #expect(try database.execute("UPDATE things SET whole = 1").affectedRows == 1)
        #expect(
            try database.execute("UPDATE things SET whole = 2 WHERE whole = 9").affectedRows == 0
        )
    }

    @Test func `a duplicate names its key`() throws {
        try database.execute("INSERT INTO things (name) VALUES (?)", "it's")
        let error = #expect(throws: DatabaseError.self) {
            try database.execute("INSERT INTO things (name) VALUES (?)", "it's")
        }
        #expect(error?.isDuplicate == true)
        #expect(error?.duplicateKey == "things_name")
        #expect(error?.isLockTimeout == false)
        let other = #expect(throws: DatabaseError.self) {
            try database.execute("INSERT INTO nowhere SET a = 1")
        }
        #expect(other?.isDuplicate == false)
        #expect(other?.duplicateKey == nil)
    }

    @Test func `a wrong number of values is refused before it is sent`() {
        #expect(throws: DatabaseError.mismatch("1 values for 2 placeholders")) {
            try database.execute("INSERT INTO things (whole, name) VALUES (?, ?)", 1)
        }
    }

    @Test func `inserted rows can be returned`() throws {
        let id = try database.row("INSERT INTO things (whole) VALUES (?) RETURNING id", 5) {
            try $0.int()
        }
        #expect(id == 1)
    }

    @Test func `a procedure returns its first result and leaves the connection usable`() throws {
        try database.runScript(
            """
            CREATE PROCEDURE double_it(number bigint)
            BEGIN
                SELECT number * 2 AS doubled;
                SELECT 'ignored', 1;
            END
            """
        )
        for number in 1...3 {
            let doubled = try database.row("CALL double_it(?)", number) { try $0.int() }
            #expect(doubled == number * 2)
        }
        #expect(try database.row("SELECT 1") { try $0.int() } == 1)
    }

    @Test func `the session is strict, in UTC and in utf8mb4`() throws {
        let session = try database.row(
            """
            SELECT @@time_zone, @@character_set_client, @@character_set_connection,
                @@innodb_lock_wait_timeout, @@lock_wait_timeout, @@autocommit, @@sql_mode,
                @@max_statement_time
            """
        ) { row in
            (
                try row.string(), try row.string(), try row.string(), try row.int(), try row.int(),
                try row.int(), try row.string(), try row.double()
            )
        }
        let found = try #require(session)
        #expect(found.0 == "+00:00")
        #expect(found.1 == "utf8mb4")
        #expect(found.2 == "utf8mb4")
        #expect(found.3 == 5)
        #expect(found.4 == 5)
        #expect(found.5 == 1)
        #expect(found.6.contains("STRICT_TRANS_TABLES"))
        #expect(found.7 == 20)
    }

    @Test func `a statement that takes too long is given up`() throws {
        var settings = scratch.settings
        settings.statementTimeoutMs = 50
        settings.slowStatementMs = 20
        let database = MariaDB(settings)
        var slow: [(sql: String, ms: Double)] = []
        database.onSlow = { slow.append(($0, $1)) }
        let error = #expect(throws: DatabaseError.self) {
            try database.row("SELECT SUM(seq % 7) FROM seq_1_to_1000000000") { try $0.int() }
        }
        #expect(error?.isStatementTimeout == true)
        #expect(slow.map(\.sql) == ["SELECT SUM(seq % 7) FROM seq_1_to_1000000000"])
        // The server's timer and our clock may differ by a little.
        #expect(try #require(slow.first).ms >= 45)
    }

    @Test func `statistics count what a request has cost`() throws {
        _ = database.takeStatistics()
        _ = try database.row("SELECT 1") { try $0.int() }
        try database.transaction { try $0.execute("INSERT INTO things (whole) VALUES (1)") }
        let statistics = database.takeStatistics()
        #expect(statistics.statements == 2)
        #expect(statistics.roundTrips == 3)
        #expect(statistics.nanoseconds > 1000)
        #expect(statistics.commits == 1)
        #expect(statistics.retries == 0)
        #expect(database.takeStatistics() == DatabaseStatistics())
    }
}
