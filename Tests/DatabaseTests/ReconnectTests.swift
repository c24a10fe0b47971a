import Base
import Database
import Glibc
import TestSupport
import Testing

@Suite(.serialized) final class ReconnectTests {
    let scratch: ScratchDatabase
    let database: MariaDB
    let rival: MariaDB

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        rival = scratch.another()
        try database.runScript("CREATE TABLE notes (note varchar(64) NOT NULL) ENGINE = InnoDB")
        _ = database.takeStatistics()
    }

    /// Ends the kept connection and waits until the server has let it go.
    func kill() throws {
        let id = try #require(database.connectionID)
        try rival.runScript("KILL CONNECTION \(id)")
        while try rival.row(
            "SELECT id FROM information_schema.processlist WHERE id = ?",
            id,
            as: { try $0.int() }
        ) != nil {
            usleep(1000)
        }
    }

    func noteCount() throws -> Int? {
        try rival.row("SELECT COUNT(*) FROM notes") { try $0.int() }
    }

    @Test func `a read, a write and a transaction each survive a killed connection`() throws {
        #expect(try database.row("SELECT 1") { try $0.int() } == 1)
        try kill()
        #expect(try database.row("SELECT 1") { try $0.int() } == 1)
        // The second is known to the dead connection, so nothing but a look at it tells.
        for note in ["one", "two"] {
            try database.execute("INSERT INTO notes (note) VALUES (?)", note)
            try kill()
        }
        try database.transaction { try $0.execute("INSERT INTO notes (note) VALUES ('three')") }
        #expect(try noteCount() == 3)
        #expect(database.statistics.connects == 3)
    }

    @Test func `a read whose answer is lost is repeated`() throws {
        _ = try database.row("SELECT 'again' FROM dual") { try $0.string() }
        // The other direction still stands, so the loss is seen only when the answer is awaited.
        let thread = try OnThread(cutting: database)
        let answer = try database.row("SELECT GET_LOCK('cut', 15), 'again' FROM dual") { row in
            _ = try row.int()
            return try row.string()
        }
        try thread.join()
        #expect(answer == "again")
        #expect(database.statistics.connects == 1)
    }

    @Test func `a write whose answer is lost is not repeated`() throws {
        _ = try database.row("SELECT 1") { try $0.int() }
        let thread = try OnThread(cutting: database)
        let error = #expect(throws: DatabaseError.self) {
            try database.execute("INSERT INTO notes (note) SELECT GET_LOCK('cut', 15)")
        }
        try thread.join()
        guard case .commitUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        while try noteCount() == 0 { usleep(1000) }
        #expect(try noteCount() == 1)
    }

    @Test func `statements are prepared again on a new connection`() throws {
        for _ in 1...3 {
            #expect(try database.row("SELECT ? + 1", 1) { try $0.int() } == 2)
            #expect(database.preparedStatementCount == 1)
            try kill()
        }
    }

    @Test func `without a server every statement fails at once`() throws {
        var settings = scratch.settings
        settings.socket = "/nowhere/mariadb.sock"
        let database = MariaDB(settings)
        let start = monotonicNanoseconds()
        for _ in 1...1000 {
            let error = #expect(throws: DatabaseError.self) {
                try database.row("SELECT 1") { try $0.int() }
            }
            guard case .unavailable(let server) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(server.code == 2002)
        }
        #expect(throws: DatabaseError.self) { try database.transaction { _ in } }
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        // It tries five times a second at most, however long a busy machine takes for this.
        #expect(Double(database.statistics.connects) <= 1 + seconds * 5)
        #expect(seconds < 10)
    }

    @Test func `a user who is not let in is told so as unavailable`() {
        var settings = scratch.settings
        settings.user = "nobody_of_that_name"
        let error = #expect(throws: DatabaseError.self) {
            try MariaDB(settings).execute("DO 1")
        }
        guard case .unavailable(let server) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(server.code == 1045)
    }

    @Test func `a server that never answers is left in time`() throws {
        // A listener that accepts nothing: the connection stands in its backlog for ever.
        let path = "/tmp/entrepot-silent-\(getpid()).sock"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(listener)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0 && listen(listener, 1) == 0)
        var settings = scratch.settings
        settings.socket = path
        let database = MariaDB(settings)
        let start = monotonicNanoseconds()
        for _ in 1...3 {
            #expect(throws: DatabaseError.self) { try database.row("SELECT 1") { try $0.int() } }
        }
        // One wait of a second for all three, unless they are so slow that the pause is over.
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        #expect(Double(database.statistics.connects) < 1 + seconds / 2)
        #expect(seconds < 10)
    }
}

extension OnThread {
    /// Cuts the reading side of a connection once its statement waits for the lock `cut`, and lets
    /// it go on then.
    convenience init(cutting database: MariaDB) throws {
        let id = try #require(database.connectionID)
        let descriptor = try #require(database.descriptor)
        let settings = database.settings
        let holds = Flag()
        self.init {
            let observer = MariaDB(settings)
            _ = try observer.row("SELECT GET_LOCK('cut', 15)") { try $0.int() }
            holds.raise()
            func isWaiting() throws -> Bool {
                try observer.row(
                    "SELECT state = 'User lock' FROM information_schema.processlist WHERE id = ?",
                    id,
                    as: { try $0.bool() }
                ) == true
            }
            while try !isWaiting() { usleep(1000) }
            shutdown(descriptor, Int32(SHUT_RD))
            _ = try observer.row("SELECT RELEASE_LOCK('cut')") { try $0.int() }
        }
        holds.wait()
    }
}
