import Base
import Testing

@testable import Telemetry

@Suite struct PastDayTests {
    private func day(_ now: String, hour: Int64 = 6, in name: String = "UTC") throws -> PastDay {
        var zones = TimeZoneTable()
        let zone = zones.find(name)
        return PastDay(
            before: try #require(Instant(rfc3339: now)),
            fromHour: hour,
            in: try #require(zone)
        )
    }

    @Test func `before the hour it is the day before yesterday, from it on yesterday`() throws {
        #expect(try day("2026-03-01T05:59:59.999Z").name == "2026-02-27")
        let yesterday = try day("2026-03-01T06:00:00.000Z")
        #expect(yesterday.name == "2026-02-28")
        #expect(yesterday.words == "28 Feb 2026")
        #expect(yesterday.start.rfc3339 == "2026-02-28T00:00:00.000Z")
        #expect(yesterday.end.rfc3339 == "2026-03-01T00:00:00.000Z")
        #expect(try day("2026-03-01T23:59:59.999Z").name == "2026-02-28")
    }

    @Test func `a day is that of the place`() throws {
        let india = try day("2026-03-01T00:30:00.000Z", in: "Asia/Kolkata")
        #expect(india.name == "2026-02-28")
        #expect(india.start.rfc3339 == "2026-02-27T18:30:00.000Z")
        #expect(try day("2026-03-01T00:29:59.000Z", in: "Asia/Kolkata").name == "2026-02-27")
    }

    @Test func `a day on which clocks change is as long as it is`() throws {
        let spring = try day("2026-03-30T12:00:00.000Z", in: "Europe/Berlin")
        #expect(spring.name == "2026-03-29")
        #expect(spring.end.milliseconds - spring.start.milliseconds == 23 * 3_600_000)
        let autumn = try day("2026-10-26T12:00:00.000Z", in: "Europe/Berlin")
        #expect(autumn.end.milliseconds - autumn.start.milliseconds == 25 * 3_600_000)
    }
}
