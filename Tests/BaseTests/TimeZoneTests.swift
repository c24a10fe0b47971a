import Testing

@testable import Base

@Suite struct TimeZoneTests {
    static func offset(_ zone: String, _ moment: String) throws -> Int {
        var table = TimeZoneTable()
        let zone = table.find(zone)
        let found = try #require(zone)
        return found.period(at: try #require(Instant(rfc3339: moment))).offsetSeconds
    }

    @Test(arguments: [
        ("Asia/Kolkata", "2026-03-01T00:00:00Z", 19_800),
        ("Asia/Kolkata", "2060-07-01T00:00:00Z", 19_800),
        ("Europe/Berlin", "2026-03-29T00:59:59Z", 3600),
        ("Europe/Berlin", "2026-03-29T01:00:00Z", 7200),
        ("Europe/Berlin", "2026-10-25T00:59:59Z", 7200),
        ("Europe/Berlin", "2026-10-25T01:00:00Z", 3600),
        ("Europe/Berlin", "2050-03-27T00:59:59Z", 3600),
        ("Europe/Berlin", "2050-03-27T01:00:00Z", 7200),
        ("America/New_York", "2026-03-08T06:59:59Z", -18_000),
        ("America/New_York", "2026-03-08T07:00:00Z", -14_400),
        ("America/New_York", "2070-11-02T05:59:59Z", -14_400),
        ("America/New_York", "2070-11-02T06:00:00Z", -18_000),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", 39_600),
        ("Australia/Lord_Howe", "2060-07-01T00:00:00Z", 37_800),
        ("America/Sao_Paulo", "2018-12-01T00:00:00Z", -7200),
        ("America/Sao_Paulo", "2026-12-01T00:00:00Z", -10_800),
        ("Asia/Kathmandu", "1985-12-31T18:29:59Z", 19_800),
        ("Asia/Kathmandu", "1985-12-31T18:30:00Z", 20_700),
        ("UTC", "2026-03-01T00:00:00Z", 0),
    ])
    func `clocks change when they did and will`(zone: String, moment: String, offset: Int) throws {
        #expect(try Self.offset(zone, moment) == offset)
    }

    @Test func `the short name of a zone follows the season`() throws {
        var table = TimeZoneTable()
        let berlin = table.zone(named: "Europe/Berlin")
        let summer = try #require(Instant(rfc3339: "2026-07-01T00:00:00Z"))
        #expect(berlin.period(at: summer).abbreviation == "CEST")
        #expect(berlin.period(at: summer.adding(seconds: 15_552_000)).abbreviation == "CET")
    }

    @Test(arguments: [
        "../../../etc/passwd", "/etc/passwd", "Europe//Berlin", "Europe/../UTC", "", ".",
        "Mars/Base",
        "Europe", "tzdata.zi", "Europe/Berlin\0", String(repeating: "a", count: 65),
    ])
    func `what is no zone is not found and counts as UTC`(name: String) {
        var table = TimeZoneTable()
        let (found, zone) = (table.find(name), table.zone(named: name))
        #expect(found == nil)
        #expect(zone == .utc)
    }

    @Test func `a calendar is read back to the moment that it shows`() {
        var table = TimeZoneTable()
        let berlin = table.zone(named: "Europe/Berlin")
        func moment(_ day: Int, _ month: Int, _ hour: Int, _ minute: Int = 0) -> String {
            berlin.instant(
                of: Civil(year: 2026, month: month, day: day, hour: hour, minute: minute)
            ).rfc3339
        }
        #expect(moment(1, 1, 0) == "2025-12-31T23:00:00.000Z")
        #expect(moment(1, 7, 0) == "2026-06-30T22:00:00.000Z")
        #expect(moment(25, 10, 2, 30) == "2026-10-25T00:30:00.000Z")
        #expect(moment(29, 3, 2, 30) == "2026-03-29T01:30:00.000Z")
        #expect(moment(29, 3, 3) == "2026-03-29T01:00:00.000Z")
    }

    @Test(arguments: [
        "CET-1CEST,M3.5.0,M10.5.0/3", "<+0330>-3:30", "EST5EDT,M3.2.0,M11.1.0", "IST-5:30",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "A1B,J60/0,300",
    ])
    func `a rule of POSIX is read`(text: String) {
        #expect(TimeZoneRule(text.utf8) != nil)
    }

    @Test(arguments: [
        "", "CET", "-1", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/3x", "<CET-1", "CET99999999999999999999", "A1B,J0,J366",
    ])
    func `what is no rule is refused`(text: String) {
        #expect(TimeZoneRule(text.utf8) == nil)
    }

    @Test func `days are counted with and without the leap day`() throws {
        let rule = try #require(TimeZoneRule("A0B0,J60/0,61/0".utf8))
        func isDaylight(_ moment: String) throws -> Bool {
            let second = try #require(Instant(rfc3339: moment)).milliseconds / 1000
            return rule.period(at: second).abbreviation == "B"
        }
        // J60 always is the first of March; 61 is the second in 2024, the third in 2026.
        #expect(try !isDaylight("2024-02-29T00:00:00Z"))
        #expect(try isDaylight("2024-03-01T00:00:00Z"))
        #expect(try !isDaylight("2024-03-02T00:00:00Z"))
        #expect(try isDaylight("2026-03-02T00:00:00Z"))
        #expect(try !isDaylight("2026-03-03T00:00:00Z"))
    }

    @Test func `a file that is cut off anywhere is refused or read, never a crash`() throws {
        let path = TimeZoneTable.systemFolder + "/Europe/Berlin"
        let bytes = try #require(readFile(path, bytesMax: 1 << 20))
        #expect(TimeZoneFile(bytes).zone(named: "x") != nil)
        #expect(TimeZoneFile(Array("TZif".utf8)).zone(named: "x") == nil)
        for count in 0..<bytes.count {
            _ = TimeZoneFile(Array(bytes[..<count])).zone(named: "x")
        }
        for place in 0..<100 {
            var broken = bytes
            for byte in UInt8.min...UInt8.max {
                broken[place] = byte
                _ = TimeZoneFile(broken).zone(named: "x")
            }
        }
    }
}
