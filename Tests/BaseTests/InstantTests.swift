import Base
import Testing

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2026-03-01T12:34:56.789Z", 1_772_368_496_789),
            ("2026-03-01t12:34:56.789z", 1_772_368_496_789),
            ("2026-03-01T18:04:56.789+05:30", 1_772_368_496_789),
            ("2026-03-01T07:34:56.789-05:00", 1_772_368_496_789), ("1970-01-01T00:00:00-00:00", 0),
            ("1970-01-01T23:59:00+23:59", 0), ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2024-02-29T23:59:59Z", 1_709_251_199_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("1970-01-01T00:00:00.5Z", 500),
            ("1970-01-01T00:00:00.12Z", 120), ("1970-01-01T00:00:00.123999999Z", 123),
            ("0001-01-01T00:00:00-00:01", -62_135_596_740_000),
        ] as [(String, Int64)]
    )
    func `a date-time is read`(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-03-01", "2026-03-01T12:34Z", "2026-03-01T12:34:56",
        "2026-03-01 12:34:56Z",
        "2026-3-01T12:34:56Z", "26-03-01T12:34:56Z", "2026-03-01T12:34:56.Z",
        "2026-03-01T12:34:56,5Z",
        "2026-03-01T12:34:56.1234567890Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2024-02-30T00:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T12:60:00Z", "2026-03-01T23:59:60Z", "2026-03-01T12:34:56+0530",
        "2026-03-01T12:34:56+5:30", "2026-03-01T12:34:56+24:00", "2026-03-01T12:34:56+05:60",
        "2026-03-01T12:34:56+05", "2026-03-01T12:34:56ZZ", " 2026-03-01T12:34:56Z",
        "2026-03-01T12:34:56Z\n", "+2026-03-01T12:34:56Z", "-2026-03-01T12:34:56Z",
        "0000-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "2026-03-01T12:34:5aZ",
        "２026-03-01T12:34:56Z",
        "2026-03-01T12:34:56+-5:30", "20a6-03-01T12:34:56Z",
    ])
    func `what is not a date-time is refused`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func `an offset cannot lead out of the years that have four digits`() {
        #expect(Instant(rfc3339: "0001-01-01T00:00:00+00:01") == nil)
        #expect(Instant(rfc3339: "9999-12-31T23:59:59-00:01") == nil)
        #expect(Instant(rfc3339: "0001-01-01T00:01:00+00:01") == .earliest)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_772_368_496_789, "2026-03-01T12:34:56.789Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (.min, "0001-01-01T00:00:00.000Z"),
            (.max, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func `an instant has one spelling`(milliseconds: Int64, text: String) {
        #expect(Instant(milliseconds: milliseconds).rfc3339 == text)
    }

    @Test func `every day from the first to the last year follows the one before`() {
        var day = Civil(year: 1, month: 1, day: 1)
        var moment = Instant.earliest
        var isRight = true
        while moment <= .latest {
            isRight = isRight && moment.civil == day && Instant(day) == moment
            day.day += 1
            if !day.isValid { (day.month, day.day) = (day.month + 1, 1) }
            if !day.isValid { (day.year, day.month) = (day.year + 1, 1) }
            // A step of a prime number of days would skip leap days, so each is looked at.
            moment = moment.adding(seconds: 86_400)
        }
        #expect(isRight)
        #expect(day == Civil(year: 10_000, month: 1, day: 1))
    }

    @Test func `instants of all times come back from their spelling`() {
        let (earliest, latest) = (Instant.earliest.milliseconds, Instant.latest.milliseconds)
        for milliseconds in stride(from: earliest, through: latest, by: 31_553_789_759) {
            let instant = Instant(milliseconds: milliseconds)
            let back = Instant(rfc3339: instant.rfc3339)
            guard back == instant else {
                Issue.record("\(instant.milliseconds) came back as \(String(describing: back))")
                return
            }
        }
    }

    @Test func `a date alone is its first moment`() {
        #expect(Instant(date: "2026-03-01")?.rfc3339 == "2026-03-01T00:00:00.000Z")
        for text in ["", "2026-02-30", "2026-03-01T00:00:00Z", "2026-03", "2026-03-01Z"] {
            #expect(Instant(date: text) == nil)
        }
    }

    @Test func `spelling order is time order`() {
        let moments = [-62_135_596_800_000, -1, 0, 999, 1000, 951_782_400_000, 253_402_300_799_999]
            .map { Instant(milliseconds: $0) }
        #expect(moments.map(\.rfc3339) == moments.map(\.rfc3339).sorted())
        #expect(moments == moments.sorted())
    }

    @Test func `adding counts in the unit that is said`() {
        let start = Instant(milliseconds: 5)
        #expect(start.adding(milliseconds: 7).milliseconds == 12)
        #expect(start.adding(seconds: -2).milliseconds == -1995)
    }
}
