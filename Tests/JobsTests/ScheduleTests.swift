import Base
import Testing

@testable import Jobs

@Suite struct ScheduleTests {
    private static func instant(_ text: String) throws -> Instant {
        try #require(Instant(rfc3339: text))
    }

    @Test(
        arguments: [
            (Schedule.every(seconds: 2), "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:02.000Z"),
            (.every(seconds: 2), "2026-03-01T12:00:01.999Z", "2026-03-01T12:00:02.000Z"),
            (.every(seconds: 3600), "2026-03-01T12:00:00.001Z", "2026-03-01T13:00:00.000Z"),
            (.every(seconds: 7), "1969-12-31T23:59:59.000Z", "1970-01-01T00:00:00.000Z"),
            (.every(seconds: 7), "1969-12-31T23:59:53.000Z", "1970-01-01T00:00:00.000Z"),
            (
                .daily(hour: 3, minute: 30), "2026-03-01T03:29:59.999Z",
                "2026-03-01T03:30:00.000Z"
            ),
            (
                .daily(hour: 3, minute: 30), "2026-03-01T03:30:00.000Z",
                "2026-03-02T03:30:00.000Z"
            ),
            (
                .daily(hour: 23, minute: 59), "2026-02-28T23:59:30.000Z",
                "2026-03-01T23:59:00.000Z"
            ),
            (
                .daily(hour: 0, minute: 0), "2026-12-31T00:00:00.001Z",
                "2027-01-01T00:00:00.000Z"
            ),
        ]
    )
    func `the next time is the first that is later`(
        schedule: Schedule,
        moment: String,
        next: String
    ) throws {
        #expect(schedule.next(after: try Self.instant(moment)) == (try Self.instant(next)))
    }

    @Test func `what was missed does not come again`() throws {
        let schedule = Schedule.every(seconds: 60)
        let missed = try Self.instant("2026-03-01T12:00:00Z")
        let now = try Self.instant("2026-03-04T09:17:31.500Z")
        let next = schedule.next(after: now)
        #expect(next > missed && next > now)
        #expect(next == (try Self.instant("2026-03-04T09:18:00Z")))
        #expect(schedule.next(after: next).milliseconds - next.milliseconds == 60_000)
    }

    @Test(
        arguments: [
            (Schedule.every(seconds: 2), "every 2 s"), (.every(seconds: 90), "every 90 s"),
            (.every(seconds: 300), "every 5 min"), (.every(seconds: 3600), "every hour"),
            (.every(seconds: 1), "every second"),
            (.daily(hour: 3, minute: 5), "daily at 03:05 UTC"),
        ]
    )
    func `a schedule is said as people say it`(schedule: Schedule, words: String) {
        #expect(schedule.words == words)
    }

    @Test func `impossible times are told from possible ones`() {
        #expect(Schedule.daily(hour: 23, minute: 59).isSound)
        #expect(Schedule.every(seconds: 1).isSound)
        #expect(!Schedule.daily(hour: 24, minute: 0).isSound)
        #expect(!Schedule.daily(hour: 0, minute: 60).isSound)
        #expect(!Schedule.every(seconds: 0).isSound)
    }

    @Test func `a job that fails waits longer each time, up to a quarter of an hour`() {
        let pauses = (1...10).map { JobPause.seconds(afterFailures: $0) }
        #expect(pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900])
        #expect(JobPause.seconds(afterFailures: .max) == 900)
        #expect(JobPause.seconds(afterFailures: 0) == 5)
    }

    @Test(
        arguments: [
            ("ledger.fold", true), ("ledger.expire-holds", true), ("ledger", false),
            ("ledger.fold.all", false), ("Ledger.fold", false), (".", false), ("a b.c", false),
        ]
    )
    func `a job's name is like area.verb-noun`(name: String, isName: Bool) {
        #expect(Job.isName(name) == isName)
    }
}
