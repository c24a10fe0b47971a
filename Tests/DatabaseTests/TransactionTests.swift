import Base
import Database
import Glibc
import TestSupport
import Testing

@Suite(.serialized) final class TransactionTests {
    let scratch: ScratchDatabase
    let database: MariaDB
    let rival: MariaDB

    struct Refused: Error {}

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        rival = scratch.another()
        try database.runScript(
            """
            CREATE TABLE accounts (
                id int NOT NULL PRIMARY KEY, balance bigint NOT NULL
            ) ENGINE = InnoDB
            """
        )
        try database.execute("INSERT INTO accounts (id, balance) VALUES (1, 10), (2, 20)")
    }

    func balance(_ id: Int) throws -> Int? {
        try rival.row("SELECT balance FROM accounts WHERE id = ?", id) { try $0.int() }
    }

    @Test func `what the body did is kept and its effects run after the commit`() throws {
        var seen: Int?
        let value = try database.transaction { tx in
            try tx.execute("UPDATE accounts SET balance = 11 WHERE id = 1")
            tx.afterCommit { seen = try? self.balance(1) }
            #expect(try balance(1) == 10)
            return "done"
        }
        #expect(value == "done")
        #expect(seen == 11)
    }

    @Test func `a body that throws leaves nothing behind`() throws {
        var ran = false
        #expect(throws: Refused.self) {
            try database.transaction { tx in
                try tx.execute("UPDATE accounts SET balance = 11 WHERE id = 1")
                tx.afterCommit { ran = true }
                throw Refused()
            }
        }
        #expect(try balance(1) == 10)
        #expect(!ran)
        #expect(
            try database.execute("UPDATE accounts SET balance = 12 WHERE id = 1").affectedRows == 1
        )
        #expect(try balance(1) == 12)
    }

    @Test func `how long rows were locked and waited for is told once they are free`() throws {
        var told: [(wait: UInt64, hold: UInt64)] = []
        database.onUnlocked = { told.append(($0, $1)) }
        try database.transaction { tx in
            _ = try tx.row("SELECT balance FROM accounts WHERE id = 1") { try $0.int() }
            try tx.execute("UPDATE accounts SET balance = 11 WHERE id = 2")
        }
        #expect(told.isEmpty, "nothing was locked to be looked at")
        var took: [(whole: UInt64, asleep: UInt64)] = []
        for _ in 1...2 {
            var asleep: UInt64 = 0
            let start = monotonicNanoseconds()
            try database.transaction { tx in
                let sql: StaticString = "SELECT balance FROM accounts WHERE id = 1 FOR UPDATE"
                _ = try tx.row(sql) { try $0.int() }
                let sleepsFrom = monotonicNanoseconds()
                _ = try tx.row("SELECT SLEEP(0.02)") { try $0.int() }
                asleep = monotonicNanoseconds() - sleepsFrom
                _ = try tx.row(sql) { try $0.int() }
            }
            took.append((monotonicNanoseconds() - start, asleep))
        }
        #expect(throws: Refused.self) {
            try database.transaction { tx in
                let sql: StaticString = "SELECT balance FROM accounts FOR UPDATE"
                _ = try tx.rows(sql) { try $0.int() }
                throw Refused()
            }
        }
        #expect(told.count == 3)
        #expect(told.allSatisfy { $0.wait > 1000 && $0.hold > 1000 })
        for (told, took) in zip(told, took) {
            #expect(told.hold > took.asleep)
            #expect(told.wait < took.whole - took.asleep)
        }
    }

    @Test func `signals are told with their counts, and only of what is kept`() throws {
        var told: [String: Int] = [:]
        database.onRaised = { told[$0, default: 0] += $1 }
        try database.transaction { tx in
            tx.raise("posted", count: 2)
            tx.raise("posted", count: 3)
            #expect(told.isEmpty)
        }
        #expect(told == ["posted": 5])
        #expect(throws: Refused.self) {
            try database.transaction { tx in
                tx.raise("posted", count: 7)
                throw Refused()
            }
        }
        #expect(told == ["posted": 5])
    }

    @Test func `a dry run answers and keeps nothing`() throws {
        var ran = false
        let answer: Int64 = try database.transactionEnding { tx in
            tx.afterCommit { ran = true }
            return .rollback(
                try tx.execute("UPDATE accounts SET balance = 0 WHERE id = 1").affectedRows
            )
        }
        #expect(answer == 1)
        #expect(!ran)
        #expect(try balance(1) == 10)
    }

    @Test func `a rollback to a savepoint undoes what came after it, effects too`() throws {
        var effects: [String] = []
        try database.transaction { tx in
            try tx.execute("UPDATE accounts SET balance = 11 WHERE id = 1")
            tx.afterCommit { effects.append("before") }
            try tx.savepoint("attempt")
            try tx.execute("UPDATE accounts SET balance = 21 WHERE id = 2")
            tx.afterCommit { effects.append("within") }
            try tx.rollback(to: "attempt")
            tx.afterCommit { effects.append("after") }
        }
        #expect(try balance(1) == 11)
        #expect(try balance(2) == 20)
        #expect(effects == ["before", "after"])
    }

    /// Holds row 2 while its test locks row 1, and asks for row 1 while that asks for row 2.
    struct Deadlock {
        let go = Flag()
        let thread: OnThread

        init(_ settings: DatabaseSettings) {
            let (holds, go) = (Flag(), go)
            thread = OnThread {
                try MariaDB(settings).transaction { tx in
                    // More rows changed, so that the server makes the other the victim.
                    try tx.execute(
                        "INSERT INTO accounts (id, balance) SELECT seq, 0 FROM seq_100_to_200"
                    )
                    try tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 2")
                    holds.raise()
                    go.wait()
                    try tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1")
                }
            }
            holds.wait()
        }
    }

    @Test func `the loser of a deadlock does its work again`() throws {
        let deadlock = Deadlock(scratch.settings)
        var tries = 0
        var effects = 0
        _ = database.takeStatistics()
        try database.transaction { tx in
            tries += 1
            tx.afterCommit { effects += 1 }
            try tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = 1")
            deadlock.go.raise()
            try tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = 2")
        }
        try deadlock.thread.join()
        #expect(tries >= 2)
        #expect(effects == 1)
        #expect(database.statistics.retries == tries - 1)
        #expect(database.statistics.lockFailures == tries - 1)
        #expect(try balance(1) == 21)
        #expect(try balance(2) == 31)
    }

    @Test func `a body that swallows a deadlock cannot go on outside its transaction`() throws {
        let deadlock = Deadlock(scratch.settings)
        var swallowed: [DatabaseError] = []
        try database.transaction { tx in
            try tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = 1")
            deadlock.go.raise()
            do {
                try tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = 2")
            } catch let error as DatabaseError {
                swallowed.append(error)
                let again = #expect(throws: DatabaseError.self) {
                    try tx.execute("INSERT INTO accounts (id, balance) VALUES (9, 9)")
                }
                #expect(again == error)
            }
        }
        try deadlock.thread.join()
        #expect(swallowed.count == 1)
        #expect(swallowed.first?.isDeadlock == true)
        #expect(try balance(9) == nil)
        #expect(try balance(1) == 21)
        #expect(try balance(2) == 31)
    }

    @Test func `what is sent without waiting is kept with its transaction`() throws {
        try database.transaction { tx in
            try tx.execute("INSERT INTO accounts (id, balance) VALUES (6, 6)")
        }
        _ = database.takeStatistics()
        try database.transaction { tx in
            for id in 7...9 {
                try tx.send(SQLText("INSERT INTO accounts (id, balance) VALUES (?, ?)", id, id))
            }
            try tx.send(SQLText("UPDATE accounts SET balance = balance + 1 WHERE id = 9"))
        }
        #expect(try balance(7) == 7)
        #expect(try balance(9) == 10)
        // All answers together, and that to the commit.
        #expect(database.statistics.statements == 4)
        #expect(database.statistics.roundTrips == 2)
        try database.execute("INSERT INTO accounts (id, balance) VALUES (10, 10)")
        #expect(try rival.row("SELECT balance FROM accounts WHERE id = 10") { try $0.int() } == 10)
    }

    @Test func `a sent change that failed undoes everything, whatever came after it`() throws {
        var goesOn = 0
        let error = #expect(throws: DatabaseError.self) {
            try database.transaction { tx in
                try tx.execute("UPDATE accounts SET balance = 0 WHERE id = 2")
                for id in [1, 9] {
                    try tx.send(SQLText("INSERT INTO accounts (id, balance) VALUES (?, 9)", id))
                }
                do {
                    _ = try tx.row("SELECT balance FROM accounts WHERE id = 2") { try $0.int() }
                } catch { goesOn += 1 }
            }
        }
        #expect(error?.isDuplicate == true)
        #expect(goesOn == 1)
        #expect(try balance(9) == nil)
        #expect(try balance(2) == 20)
    }

    @Test func `a sent change that failed is not hidden by a savepoint`() throws {
        let error = #expect(throws: DatabaseError.self) {
            try database.transaction { tx in
                try tx.savepoint("here")
                try tx.send(SQLText("INSERT INTO accounts (id, balance) VALUES (1, 0)"))
                try tx.rollback(to: "here")
            }
        }
        #expect(error?.isDuplicate == true, "\(String(describing: error))")
    }

    @Test func `nothing that was sent behind a deadlock is kept by itself`() throws {
        let deadlock = Deadlock(scratch.settings)
        var tries = 0
        try database.transaction { tx in
            tries += 1
            try tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = 1")
            deadlock.go.raise()
            try tx.send(SQLText("UPDATE accounts SET balance = balance + 10 WHERE id = 2"))
            guard tries == 1 else { return }
            try tx.send(SQLText("INSERT INTO accounts (id, balance) VALUES (9, 9)"))
        }
        try deadlock.thread.join()
        #expect(tries == 2)
        #expect(try balance(9) == nil)
        #expect(try balance(1) == 21)
        #expect(try balance(2) == 31)
    }

    @Test func `a lock wait that times out undoes the whole try, and the tries are counted`() throws
    {
        var settings = scratch.settings
        settings.lockWaitSeconds = 0
        settings.transactionTriesMax = 3
        let hurried = MariaDB(settings)
        try rival.transaction { tx in
            try tx.execute("UPDATE accounts SET balance = balance WHERE id = 2")
            var tries = 0
            let error = #expect(throws: DatabaseError.self) {
                try hurried.transaction { tx in
                    tries += 1
                    try tx.execute("UPDATE accounts SET balance = 99 WHERE id = 1")
                    try tx.execute("UPDATE accounts SET balance = 99 WHERE id = 2")
                }
            }
            #expect(tries == 3)
            guard case .busy(let server, tries: 3) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(server.code == 1205)
        }
        #expect(try balance(1) == 10)
        #expect(hurried.statistics.retries == 2)
    }

    @Test func `no retry begins past the deadline`() throws {
        var settings = scratch.settings
        settings.lockWaitSeconds = 0
        let hurried = MariaDB(settings)
        hurried.deadlineNanoseconds = monotonicNanoseconds()
        try rival.transaction { tx in
            try tx.execute("UPDATE accounts SET balance = balance WHERE id = 2")
            let error = #expect(throws: DatabaseError.self) {
                try hurried.transaction {
                    try $0.execute("UPDATE accounts SET balance = 1 WHERE id = 2")
                }
            }
            guard case .busy(_, tries: 1) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `an insert that will not wait tells its caller, who may go on`() throws {
        try rival.transaction { tx in
            try tx.execute("INSERT INTO accounts (id, balance) VALUES (3, 0)")
            var tries = 0
            try database.transaction { tx in
                tries += 1
                let start = monotonicNanoseconds()
                let error = #expect(throws: DatabaseError.self) {
                    try tx.execute(
                        """
                        SET STATEMENT innodb_lock_wait_timeout = 0 FOR
                        INSERT INTO accounts (id, balance) VALUES (?, ?)
                        """,
                        3,
                        1
                    )
                }
                #expect(error?.isLockTimeout == true)
                #expect(error?.isDuplicate == false)
                #expect(monotonicNanoseconds() - start < 5_000_000_000, "whoever waits takes 5 s")
                try tx.execute("INSERT INTO accounts (id, balance) VALUES (4, 4)")
            }
            #expect(tries == 1)
        }
        #expect(try balance(3) == 0)
        #expect(try balance(4) == 4)
    }

    @Test func `a commit whose answer is lost is told apart and never repeated`() throws {
        var tries = 0
        var ran = false
        let error = #expect(throws: DatabaseError.self) {
            try database.transaction { tx in
                tries += 1
                try tx.execute("UPDATE accounts SET balance = 99 WHERE id = 1")
                tx.afterCommit { ran = true }
                // The server still receives the COMMIT; only its answer finds no reader.
                shutdown(try #require(database.descriptor), Int32(SHUT_RD))
            }
        }
        guard case .commitUnknown = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(tries == 1)
        #expect(!ran)
        let kept = try database.transaction { tx in
            try tx.row("SELECT balance FROM accounts WHERE id = 1 FOR UPDATE") { try $0.int() }
        }
        #expect(kept == 99)
    }

    @Test func `a connection that dies within a transaction keeps nothing and is not repeated`()
        throws
    {
        var tries = 0
        let error = #expect(throws: DatabaseError.self) {
            try database.transaction { tx in
                tries += 1
                try tx.execute("UPDATE accounts SET balance = 99 WHERE id = 1")
                try rival.runScript("KILL CONNECTION \(try #require(database.connectionID))")
                try tx.execute("UPDATE accounts SET balance = 99 WHERE id = 2")
            }
        }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(tries == 1)
        try database.transaction { try $0.execute("UPDATE accounts SET balance = 12 WHERE id = 1") }
        #expect(try balance(1) == 12)
        #expect(try balance(2) == 20)
    }
}
