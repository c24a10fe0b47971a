import Base
import Database
import Leases
import TestSupport
import Testing

@testable import Jobs

/// Two clocks on one database, as on two hosts; their time moves when the test says so.
@Suite(.serialized) final class JobClockTests {
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let time = HandTime()
    private let work = Work()

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try scratch.apply("0007_lease_create_leases.sql")
        try scratch.apply("0008_jobs_create_jobs.sql")
        try database.runScript("CREATE TABLE work (number int NOT NULL AUTO_INCREMENT PRIMARY KEY)")
    }

    private func clock(
        _ name: String = "one",
        _ jobs: [Job]? = nil,
        isAskedToEnd: @escaping () -> Bool = { false }
    ) -> JobClock {
        JobClock(
            jobs ?? [work.job(.every(seconds: 60))],
            lease: Lease(
                duty: JobClock.duty,
                holder: name,
                place: "host \(name)",
                durationMs: 600_000
            ),
            place: "host \(name)",
            source: "host \(name)",
            duties: scratch.another(),
            database: scratch.another(),
            clock: time.clock,
            log: Log(level: .error, process: "test", descriptor: -1),
            isAskedToEnd: isAskedToEnd
        )
    }

    private func runs() throws -> [JobRun] {
        var sql = JobsStore.selectRuns
        sql.append(" ORDER BY r.started_at, r.id")
        return try database.rows(sql, as: JobsStore.readRun)
    }

    private func standing() throws -> JobStanding {
        try #require(try JobsStore.standings(database)["test.work"])
    }

    private func ask() throws -> Bool {
        try database.transaction { tx in
            let asker = JobAsker(id: "usr_1", name: "Ana")
            return try JobsStore.ask("test.work", by: asker, at: time.clock.now, in: tx)
        }
    }

    private func lapse() throws {
        try database.execute("UPDATE leases SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
    }

    @Test func `a job runs when its time has come, and each time once`() throws {
        let clock = clock()
        #expect(try clock.turn() == 1000)
        #expect(try runs() == [])
        for round in 1...3 {
            time.advance(seconds: 60)
            _ = try clock.turn()
            _ = try clock.turn()
            #expect(try runs().count == round)
        }
        #expect(try runs().map(\.status) == [.done, .done, .done])
        #expect(try runs().map(\.text) == ["number 1", "number 2", "number 3"])
        #expect(try runs().allSatisfy { $0.asked == nil && $0.place == "host one" })
        #expect(try standing().runsTotal == 3)
    }

    @Test func `what was missed is made up for once`() throws {
        let clock = clock()
        _ = try clock.turn()
        time.advance(seconds: 60 * 50)
        for _ in 1...3 { _ = try clock.turn() }
        #expect(try runs().count == 1)
        #expect(try standing().nextAt > time.clock.now)
    }

    @Test func `of two clocks one works, and the other after it has lapsed`() throws {
        let (one, other) = (clock("one"), clock("other"))
        for round in 1...4 {
            _ = try one.turn()
            _ = try other.turn()
            time.advance(seconds: 60)
            if round == 3 { try lapse() }
            // The one that comes first after the lapse leads.
            _ = try other.turn()
            _ = try one.turn()
        }
        #expect(try runs().map(\.place) == ["host one", "host one", "host other", "host other"])
        #expect(work.count == 4)
    }

    @Test func `a clock that resigns is replaced at once`() throws {
        let (one, other) = (clock("one"), clock("other"))
        _ = try one.turn()
        _ = try other.turn()
        #expect(try LeaseHolder.all(database).map(\.place) == ["host one"])
        try one.resign()
        _ = try other.turn()
        #expect(try LeaseHolder.all(database).map(\.place) == ["host other"])
    }

    @Test func `a job that fails says why, and is tried again with growing pauses`() throws {
        let clock = clock("one", [work.job(.every(seconds: 2))])
        _ = try clock.turn()
        work.failure = Fault("the disk is full")
        time.advance(seconds: 2)
        for pause in [5, 10, 20] as [Int64] {
            _ = try clock.turn()
            let failed = try #require(try runs().last)
            #expect(failed.status == .failed)
            #expect(failed.text.contains("the disk is full"))
            #expect(try standing().nextAt == time.clock.now.adding(seconds: pause))
            time.advance(seconds: pause)
        }
        #expect(try standing().failures == 3)
        work.failure = nil
        _ = try clock.turn()
        #expect(try runs().map(\.status) == [.failed, .failed, .failed, .done])
        #expect(try standing().failures == 0)
        #expect(try standing().failuresTotal == 3)
        #expect(try standing().succeededAt == time.clock.now)
    }

    @Test func `a daily job that failed does not wait for the next day`() throws {
        let clock = clock("one", [work.job(.daily(hour: 3, minute: 30))])
        _ = try clock.turn()
        time.advance(seconds: 86_400)
        work.failure = Fault("no")
        _ = try clock.turn()
        #expect(try standing().nextAt == time.clock.now.adding(seconds: 5))
    }

    @Test func `an alarm is a run that went to its end`() throws {
        let job = Job("test.work", "Looks.", .every(seconds: 60)) { _ in .alarm("row 7 is bent") }
        let clock = clock("one", [job])
        _ = try clock.turn()
        time.advance(seconds: 60)
        _ = try clock.turn()
        #expect(try runs().map(\.status) == [.alarm])
        #expect(try runs().map(\.text) == ["row 7 is bent"])
        #expect(try standing().failures == 0)
    }

    @Test func `a job that is asked for runs before its time, once`() throws {
        let clock = clock()
        _ = try clock.turn()
        let before = try standing().nextAt
        #expect(try ask())
        #expect(try !ask())
        _ = try clock.turn()
        _ = try clock.turn()
        let run = try #require(try runs().first)
        #expect(try runs().count == 1)
        #expect(run.asked == JobAsker(id: "usr_1", name: "Ana"))
        #expect(try standing().asked == nil)
        #expect(try standing().nextAt == before)
        #expect(try ask())
    }

    @Test func `where there is nothing to do there is no run, unless it is asked for`() throws {
        work.isNeeded = false
        let clock = clock()
        _ = try clock.turn()
        time.advance(seconds: 60)
        _ = try clock.turn()
        #expect(try runs() == [])
        #expect(try standing().lookedAt == time.clock.now)
        #expect(try standing().nextAt > time.clock.now)
        #expect(try ask())
        _ = try clock.turn()
        #expect(try runs().count == 1)
        work.isNeeded = nil
        time.advance(seconds: 60)
        _ = try clock.turn()
        #expect(try runs().count == 2, "a look that fails is a run that is recorded")
    }

    @Test func `the run of a clock that died is interrupted, and the job waits a little`() throws {
        let clock = clock("one")
        _ = try clock.turn()
        time.advance(seconds: 60)
        let other = self.clock("other")
        #expect(throws: DatabaseError.self) { try self.turnAndDie(clock) }
        #expect(try runs().map(\.status) == [.running])
        try lapse()
        _ = try other.turn()
        #expect(try runs().map(\.status) == [.interrupted])
        #expect(try standing().failures == 1)
        #expect(try standing().nextAt == time.clock.now.adding(seconds: 5))
        time.advance(seconds: 5)
        _ = try other.turn()
        #expect(try runs().map(\.status) == [.interrupted, .done])
    }

    /// It cannot record the end of what it began, as if its process were gone in the middle.
    private func turnAndDie(_ clock: JobClock) throws {
        work.meanwhile = { [database] _ in
            try database.runScript("RENAME TABLE leases TO leases_gone")
        }
        defer { work.meanwhile = { _ in } }
        let outcome = Result { try clock.turn() }
        try database.runScript("RENAME TABLE leases_gone TO leases")
        _ = try outcome.get()
    }

    @Test func `a leader that hung keeps nothing once another leads`() throws {
        let (hung, other) = (clock("hung"), clock("other"))
        _ = try hung.turn()
        time.advance(seconds: 60)
        work.meanwhile = { [self] context in
            work.meanwhile = { _ in }
            try lapse()
            _ = try other.turn()
            // It wakes, and writes as if nothing had been.
            try context.transaction { tx in try tx.execute("INSERT INTO work () VALUES ()") }
        }
        _ = try hung.turn()
        #expect(try rows() == 0)
        #expect(try runs().map(\.status) == [.interrupted])
        #expect(try LeaseHolder.all(database).map(\.place) == ["host other"])
        time.advance(seconds: 60)
        _ = try hung.turn()
        #expect(try runs().count == 1, "it does not lead")
        _ = try other.turn()
        #expect(try runs().map(\.status) == [.interrupted, .done])
    }

    private func rows() throws -> Int {
        try database.row("SELECT COUNT(*) FROM work") { try $0.int() } ?? 0
    }

    @Test func `a clock that is asked to end leaves its job to the next one, at once`() throws {
        var isAsked = false
        let ending = clock("ending", isAskedToEnd: { isAsked })
        _ = try ending.turn()
        time.advance(seconds: 60)
        work.meanwhile = { context in
            isAsked = true
            try context.goOn()
        }
        _ = try ending.turn()
        try ending.resign()
        #expect(try runs().map(\.status) == [.interrupted])
        #expect(try standing().failures == 0)
        work.meanwhile = { _ in }
        time.advance(seconds: 1)
        let other = clock("other")
        _ = try other.turn()
        #expect(try runs().map(\.status) == [.interrupted, .done])
    }

    @Test func `a mark is kept with the transaction that moved it, and given to the next run`()
        throws
    {
        let clock = clock()
        _ = try clock.turn()
        let (first, second) = (time.clock.now, time.clock.now.adding(seconds: 7))
        var marks: [Instant?] = []
        work.meanwhile = { context in
            marks.append(context.mark)
            try context.transaction { tx in try context.advance(to: first, in: tx) }
            try context.transaction { tx in
                try context.advance(to: second, in: tx)
                throw Death()
            }
        }
        for _ in 1...2 {
            time.advance(seconds: 60)
            _ = try clock.turn()
        }
        #expect(marks == [nil, first])
    }

    @Test func `only the newest runs of a job are kept`() throws {
        let clock = clock("one", [work.job(.every(seconds: 60)), work.job(named: "test.other")])
        _ = try clock.turn()
        for _ in 1...5 {
            time.advance(seconds: 60)
            _ = try clock.turn()
        }
        func delete(_ count: Int) throws -> Int {
            try JobsStore.deleteRuns(of: "test.work", keeping: count, rowsMax: 2, database)
        }
        #expect(try delete(5) == 0)
        #expect(try delete(2) == 2)
        #expect(try delete(2) == 1)
        #expect(try delete(2) == 0)
        let left = try runs()
        #expect(left.filter { $0.job == "test.other" }.count == 5)
        #expect(left.filter { $0.job == "test.work" }.map(\.text) == ["number 7", "number 9"])
    }

    @Test func `a job that comes more often than before does not wait for its old time`() throws {
        _ = try clock("one", [work.job(.every(seconds: 86_400))]).turn()
        try lapse()
        _ = try clock("two", [work.job(.every(seconds: 60))]).turn()
        let wait = try standing().nextAt.milliseconds - time.clock.now.milliseconds
        #expect((1...60_000).contains(wait))
    }
}

/// Nothing goes on after it.
private struct Death: Error {}
