import Base
import Database
import Glibc
import TestSupport
import Testing

@Suite(.serialized) final class MigratorTests {
    let scratch: ScratchDatabase
    let database: MariaDB

    typealias File = (name: String, text: String)

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
    }

    static let files: [File] = [
        (
            "0002_house_fill_colours.sql",
            """
            -- Kept once; however often it runs.
            INSERT IGNORE INTO colours (id, name) VALUES
                (1, 'red; green'),
                (2, 'blue');
            """
        ),
        (
            "0001_house_create_colours.sql",
            """
            CREATE TABLE IF NOT EXISTS colours (
                id int NOT NULL PRIMARY KEY, name varchar(32) NOT NULL
            ) ENGINE = InnoDB;

            CREATE TRIGGER IF NOT EXISTS colours_append_only
            BEFORE UPDATE ON colours FOR EACH ROW
            BEGIN
                IF OLD.name <> NEW.name THEN
                    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'colours do not change';
                END IF;
            END;

            CREATE TABLE IF NOT EXISTS shades (id int NOT NULL PRIMARY KEY) ENGINE = InnoDB;
            """
        ),
    ]

    func colours() throws -> [String] {
        try database.rows("SELECT name FROM colours ORDER BY id") { try $0.string() }
    }

    @Test func `files are applied once, in the order of their numbers`() throws {
        let migrator = try Migrator(files: Self.files, database: database)
        #expect(try migrator.missing() == 2)
        #expect(try migrator.pending().map(\.number) == [1, 2])
        #expect(try migrator.apply().map(\.number) == [1, 2])
        #expect(try migrator.missing() == 0)
        #expect(try migrator.apply().isEmpty)
        #expect(try colours() == ["red; green", "blue"])
        #expect(throws: DatabaseError.self) {
            try database.execute("UPDATE colours SET name = 'x'")
        }
    }

    @Test func `a file changed after it was applied stops the start`() throws {
        try Migrator(files: Self.files, database: database).apply()
        var files = Self.files
        files[0].text += "\n"
        let changed = try Migrator(files: files, database: database)
        let name = files[0].name
        #expect(throws: MigrationError.changed(name, applied: name)) { try changed.pending() }
        #expect(throws: MigrationError.changed(name, applied: name)) { try changed.apply() }
        files = Self.files
        files[0].name = "0002_house_fill_colors.sql"
        let renamed = try Migrator(files: files, database: database)
        #expect(throws: MigrationError.changed(files[0].name, applied: name)) {
            try renamed.apply()
        }
    }

    @Test func `an older binary runs on a newer schema`() throws {
        try Migrator(files: Self.files, database: database).apply()
        let older = try Migrator(files: [Self.files[1]], database: database)
        #expect(try older.missing() == 0)
        #expect(try older.apply().isEmpty)
    }

    @Test func `ten at once apply each file once`() throws {
        let settings = scratch.settings
        let applied = Flag()
        let threads = (1...10).map { _ in
            OnThread {
                let migrator = try Migrator(files: MigratorTests.files, database: MariaDB(settings))
                try migrator.apply(waitSecondsMax: 60) { _ in applied.raise() }
                #expect(try migrator.missing() == 0)
            }
        }
        for thread in threads { try thread.join() }
        #expect(applied.raisedCount == 2)
        #expect(try colours().count == 2)
        #expect(try database.row("SELECT COUNT(*) FROM schema_migrations") { try $0.int() } == 2)
    }

    @Test func `a file that fails is reported, keeps its number free and frees the others`() throws
    {
        let broken: File = (
            "0003_house_break.sql", "CREATE TABLE good (id int);\nCREATE TABEL bad (id int);\n"
        )
        let error = #expect(throws: MigrationError.self) {
            try Migrator(files: Self.files + [broken], database: database).apply()
        }
        guard case .failed(broken.name, "CREATE TABEL bad (id int)", let server) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(server.code == 1064)
        let mended: File = (
            broken.name, "CREATE TABLE IF NOT EXISTS good (id int);\nCREATE TABLE bad (id int);\n"
        )
        let migrator = try Migrator(files: Self.files + [mended], database: scratch.another())
        #expect(try migrator.missing() == 1)
        #expect(try migrator.apply(waitSecondsMax: 1).map(\.number) == [3])
    }

    @Test func `after a crash in the middle of a file the next start takes over at once`() throws {
        // The statement that waits for the row lock is the middle; there its connection is killed.
        let blocker = scratch.another()
        try Migrator(files: Self.files, database: database).apply()
        let file: File = (
            "0003_house_create_tones.sql",
            """
            CREATE TABLE IF NOT EXISTS tones (id int NOT NULL PRIMARY KEY) ENGINE = InnoDB;
            UPDATE colours SET id = id WHERE id = 1;
            INSERT IGNORE INTO tones (id) VALUES (1);
            """
        )
        let settings = scratch.settings
        try blocker.transaction { tx in
            try tx.execute("UPDATE colours SET id = id WHERE id = 1")
            let crashed = OnThread {
                try Migrator(files: MigratorTests.files + [file], database: MariaDB(settings))
                    .apply()
            }
            var holder: Int?
            while holder == nil {
                holder = try database.row(
                    """
                    SELECT id FROM information_schema.processlist
                    WHERE db = DATABASE() AND info LIKE 'UPDATE colours%' AND id <> ?
                    """,
                    blocker.connectionID
                ) { try $0.int() }
            }
            try database.runScript("KILL CONNECTION \(try #require(holder))")
            let error = #expect(throws: DatabaseError.self) { try crashed.join() }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            // As after a SIGKILL: the row still names the dead connection.
            try database.execute(
                """
                UPDATE migration_lock SET node = CONCAT(@@hostname, ':', @@port), connection = ?,
                    expires_at = UTC_TIMESTAMP(3) + INTERVAL 60 SECOND
                """,
                holder
            )
        }
        let migrator = try Migrator(files: Self.files + [file], database: database)
        #expect(try migrator.missing() == 1)
        #expect(try migrator.apply(waitSecondsMax: 5).map(\.number) == [3])
        #expect(try database.row("SELECT COUNT(*) FROM tones") { try $0.int() } == 1)
    }

    @Test func `the lease of a live connection is not taken, that of a silent node lapses`() throws
    {
        let first = Self.files[1]
        try Migrator(files: [first], database: database).apply()
        let migrator = try Migrator(files: Self.files, database: scratch.another())
        func setHolder(node: String, seconds: Int) throws {
            try database.execute(
                """
                UPDATE migration_lock SET node = IF(? = '', CONCAT(@@hostname, ':', @@port), ?),
                    connection = CONNECTION_ID(), expires_at = UTC_TIMESTAMP(3) + INTERVAL ? SECOND
                """,
                node,
                node,
                seconds
            )
        }
        try setHolder(node: "", seconds: -60)
        #expect(throws: MigrationError.self) { try migrator.apply(waitSecondsMax: 0) }
        try setHolder(node: "elsewhere:3306", seconds: 60)
        #expect(throws: MigrationError.self) { try migrator.apply(waitSecondsMax: 0) }
        try setHolder(node: "elsewhere:3306", seconds: -1)
        #expect(try migrator.apply(waitSecondsMax: 0).map(\.number) == [2])
    }

    @Test func `every file of the sql folder bears being run again`() throws {
        let files = try SQLFolder.files()
        #expect(!files.isEmpty)
        let migrator = try Migrator(files: files, database: database)
        #expect(try migrator.apply().count == files.count)
        // As after a crash between the last statement of a file and the row that says so.
        try database.execute("DELETE FROM schema_migrations")
        #expect(try migrator.apply().count == files.count)
        #expect(try migrator.missing() == 0)
    }

    @Test func `two files of one number and a name without one are refused`() {
        #expect(throws: MigrationError.repeatedNumber("0001_a.sql", "0001_b.sql")) {
            try Migrator(files: [("0001_a.sql", ""), ("0001_b.sql", "")], database: database)
        }
        for name in ["1_a.sql", "0000_a.sql", "a.sql", "0001a.sql", "0001_a.txt"] {
            #expect(throws: MigrationError.misnamed(name)) { try Migration(name: name, text: "") }
        }
    }

    @Test func `a statement without an end is refused`() throws {
        let migration = try Migration(name: "0001_a.sql", text: "SELECT 1;\nSELECT 2\n")
        #expect(throws: MigrationError.unfinished("0001_a.sql")) { try migration.statements() }
        let body = try Migration(
            name: "0001_a.sql",
            text: "CREATE TRIGGER t\nBEGIN\n  SET x = 1;\n"
        )
        #expect(throws: MigrationError.unfinished("0001_a.sql")) { try body.statements() }
    }
}
