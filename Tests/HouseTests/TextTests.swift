import Base
import HTTP
import Testing

@testable import House

@Suite struct TextTests {
    @Test func `a field for a moment shows and reads the clocks of whoever types`() {
        let zone = Self.viewpoint().zone
        #expect(TimeText.formMoment(Self.now, zone) == "2026-03-01T18:04")
        let read = TimeText.moment("2026-03-01T18:04", zone)
        #expect(read?.rfc3339 == "2026-03-01T12:34:00.000Z")
        #expect(
            TimeText.moment("2026-03-01T18:04:56", zone)?.rfc3339.hasPrefix("2026-03-01T12:34:56")
                == true
        )
        for text in ["", "soon", "2026-03-01", "2026-02-30T18:04"] {
            #expect(TimeText.moment(text, zone) == nil)
        }
        #expect(TimeText.endOfDay("2026-03-01", zone)?.rfc3339 == "2026-03-01T18:30:00.000Z")
    }

    @Test(arguments: [
        (12_000_000, "INR", "₹1,20,000.00"), (0, "INR", "₹0.00"), (5, "INR", "₹0.05"),
        (99_999, "INR", "₹999.99"), (100_000, "INR", "₹1,000.00"),
        (123_456_789_012, "INR", "₹1,23,45,67,890.12"), (-12_000_000, "INR", "−₹1,20,000.00"),
        (12_000_000, "EUR", "€120,000.00"), (1_234_567, "JPY", "¥1,234,567"),
        (1_234_567, "KWD", "KWD\u{00A0}1,234.567"),
        (Int64.min, "USD", "−$92,233,720,368,547,758.08"),
    ])
    func `money is grouped as in its country`(minor: Int64, currency: String, text: String) {
        #expect(MoneyText.text(minor, currency) == text)
    }

    @Test func `money for programs is a plain decimal`() {
        #expect(MoneyText.plain(-12_000_005, "INR") == "-120000.05")
        #expect(MoneyText.plain(7, "JPY") == "7")
    }

    @Test(arguments: [
        (1234.5, 1, "1,234.5"), (-0.05, 1, "−0.1"), (0.25, 1, "0.3"), (-0.01, 1, "0.0"),
        (2, 0, "2"), (1e15, 0, "1,000,000,000,000,000"), (1e13, 6, "–"), (Double.nan, 1, "–"),
        (Double.infinity, 1, "–"), (1e300, 2, "–"),
    ])
    func `decimals are rounded half away from nought`(number: Double, decimals: Int, text: String) {
        #expect(NumberText.decimal(number, decimals: decimals) == text)
    }

    @Test(arguments: [
        (9_999, 0, "9,999"), (10_000, 0, "10 k"), (12_500, 0, "12.5 k"), (1_500_000, 0, "1.5 M"),
        (-2_000_000_000, 0, "−2 G"), (1e15, 0, "1 P"), (2.5e12, 0, "2.5 T"), (0.25, 2, "0.25"),
    ])
    func `numbers of an axis are short`(number: Double, decimals: Int, text: String) {
        #expect(NumberText.short(number, decimals: decimals) == text)
    }

    static let now = Instant(milliseconds: 1_772_368_496_789)

    static func viewpoint() -> Viewpoint {
        var zones = TimeZoneTable()
        return Viewpoint(now: now, zone: zones.zone(named: "Asia/Kolkata"))
    }

    @Test(arguments: [
        (0, "just now"), (44, "just now"), (-44, "just now"), (45, "1 min ago"), (120, "2 min ago"),
        (3_599, "59 min ago"), (3_600, "1 h ago"), (86_399, "23 h ago"), (86_400, "1 day ago"),
        (604_799, "6 days ago"), (604_800, "22 Feb 2026"), (-180, "in 3 min"), (-7_200, "in 2 h"),
        (-172_800, "in 2 days"),
    ])
    func `near times are told by their distance`(secondsAgo: Int64, text: String) {
        let instant = Self.now.adding(seconds: -secondsAgo)
        #expect(TimeText.relative(instant, Self.viewpoint()) == text)
    }

    @Test func `exact times are those of the person's clocks`() {
        let zone = Self.viewpoint().zone
        #expect(TimeText.exact(Self.now, zone) == "1 Mar 2026, 18:04:56 IST")
        #expect(TimeText.exact(Self.now, .utc) == "1 Mar 2026, 12:34:56 UTC")
        #expect(TimeText.formDate(Self.now.adding(seconds: 43_200), zone) == "2026-03-02")
        #expect(
            TimeText.startOfDay("2026-03-02", zone)?.rfc3339 == "2026-03-01T18:30:00.000Z"
        )
        #expect(TimeText.startOfDay("2026-02-30", zone) == nil)
    }

    @Test func `an address keeps what it asks for but for what is changed`() {
        let query = Query("q=a%26b&status=&sort=x&page=2")
        #expect(
            Address.of("/admin/users", query, setting: [("sort", "-x"), ("page", nil)])
                == "/admin/users?q=a%26b&sort=-x"
        )
        #expect(Address.of("/admin/users", Query(""), setting: []) == "/admin/users")
    }

    @Test(arguments: [
        "https://evil.example/admin", "//evil.example", "/administrator", "/api/v1/me", "admin", "",
        "/admin\\@evil.example", "/admin/ x", "/admin/\r\nx", "javascript:alert(1)",
    ])
    func `nobody is sent back to another site`(path: String) {
        #expect(Address.ownPage(path) == nil)
    }

    @Test(arguments: ["/admin", "/admin/users?q=a%20b", "/admin?x", "/admin/users/usr_1#top"])
    func `people are sent back to pages`(path: String) {
        #expect(Address.ownPage(path) == path)
    }
}
