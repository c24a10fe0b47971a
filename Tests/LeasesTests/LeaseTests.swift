import Base
import Database
import Glibc
import TestSupport
import Testing

@testable import Leases

@Suite(.serialized) final class LeaseTests {
    private let scratch: ScratchDatabase
    private let (one, other): (MariaDB, MariaDB)
    private let mine = LeaseTests.lease(of: "one")
    private let theirs = LeaseTests.lease(of: "other")

    init() throws {
        scratch = try ScratchDatabase()
        one = scratch.database
        other = scratch.another()
        try scratch.apply("0007_lease_create_leases.sql")
        try one.runScript("CREATE TABLE work (number int NOT NULL PRIMARY KEY)")
    }

    private static func lease(
        of holder: String,
        duty: String = "sweeping",
        durationMs: Int = 60_000
    ) -> Lease {
        Lease(duty: duty, holder: holder, place: "host of \(holder)", durationMs: durationMs)
    }

    private func lapse() throws {
        try one.execute("UPDATE leases SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
    }

    private func work(_ number: Int, of lease: Lease, on database: MariaDB) throws {
        try database.transaction { tx in
            try tx.execute("INSERT INTO work (number) VALUES (?)", number)
            try lease.confirm(in: tx)
        }
    }

    private var done: [Int] {
        get throws {
            try one.rows("SELECT number FROM work ORDER BY number") { try $0.int() }
        }
    }

    @Test func `of two that want a duty one has it, as long as it renews`() throws {
        #expect(try mine.take(one))
        #expect(try !theirs.take(other))
        #expect(try mine.take(one))
        #expect(try !theirs.take(other))
        let elsewhere = LeaseTests.lease(of: "other", duty: "cooking")
        #expect(try elsewhere.take(other))
        #expect(try LeaseHolder.all(one).map(\.duty) == ["cooking", "sweeping"])
        #expect(try LeaseHolder.all(one).map(\.place) == ["host of other", "host of one"])
    }

    @Test func `a lease that lapsed goes to the first who asks`() throws {
        #expect(try LeaseTests.lease(of: "one", durationMs: 100).take(one))
        let end = monotonicNanoseconds() + 60_000_000_000
        while try !theirs.take(other), monotonicNanoseconds() < end { usleep(5_000) }
        #expect(try LeaseHolder.all(one).map(\.place) == ["host of other"])
        #expect(try !mine.take(one))
    }

    @Test func `a lease that is given back can be taken at once`() throws {
        #expect(try mine.take(one))
        let since = try #require(try LeaseHolder.all(one).first).heldSince
        try theirs.release(other)
        #expect(try !theirs.take(other))
        try mine.release(one)
        #expect(try LeaseHolder.all(one) == [])
        #expect(try theirs.take(other))
        #expect(try #require(try LeaseHolder.all(one).first).heldSince >= since)
    }

    @Test func `renewing does not change since when it is held`() throws {
        #expect(try mine.take(one))
        let holders = try LeaseHolder.all(one)
        #expect(try mine.take(one))
        try work(1, of: mine, on: one)
        #expect(try LeaseHolder.all(one) == holders)
    }

    @Test func `the work of an old leader is refused whole`() throws {
        #expect(try mine.take(one))
        try work(1, of: mine, on: one)
        try lapse()
        #expect(try theirs.take(other))
        #expect(throws: LeaseLost(duty: "sweeping")) {
            try self.work(2, of: self.mine, on: self.one)
        }
        try work(3, of: theirs, on: other)
        #expect(try done == [1, 3])
    }

    @Test func `a confirmed transaction keeps others out until it has ended, and renews`() throws {
        #expect(try mine.take(one))
        try one.transaction { tx in
            try tx.execute("INSERT INTO work (number) VALUES (1)")
            try tx.execute("UPDATE leases SET expires_at = '2000-01-01'")
            #expect(try !self.theirs.take(self.other))
            try self.mine.confirm(in: tx)
            #expect(try !self.theirs.take(self.other))
        }
        #expect(try !theirs.take(other))
        try work(2, of: mine, on: one)
        #expect(try done == [1, 2])
    }

    @Test func `a lease that lapsed and that nobody took still lets its holder work`() throws {
        #expect(try mine.take(one))
        try lapse()
        try work(1, of: mine, on: one)
        #expect(try !theirs.take(other))
    }

    @Test func `a paused leader cannot keep its successor waiting within a transaction`() throws {
        var settings = scratch.settings
        settings.idleTransactionSeconds = 2
        let paused = MariaDB(settings)
        let mine = LeaseTests.lease(of: "one", durationMs: 100)
        #expect(try mine.take(paused))
        #expect(throws: DatabaseError.self) {
            try paused.transaction { tx in
                try tx.execute("INSERT INTO work (number) VALUES (1)")
                try mine.confirm(in: tx)
                let end = monotonicNanoseconds() + 60_000_000_000
                while try !self.theirs.take(self.other), monotonicNanoseconds() < end {}
                try tx.execute("INSERT INTO work (number) VALUES (2)")
            }
        }
        #expect(try LeaseHolder.all(one).map(\.place) == ["host of other"])
        #expect(try done == [])
    }
}
