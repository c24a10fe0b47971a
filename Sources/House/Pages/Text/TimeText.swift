package import Base

/// Times as people read them: near ones by their distance, all by the clocks of their own zone.
package enum TimeText {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `3 min ago`, `in 2 h`; past a week the date.
    package static func relative(_ instant: Instant, _ viewpoint: Viewpoint) -> String {
        let seconds = (viewpoint.now.milliseconds - instant.milliseconds) / 1000
        let distance = seconds.magnitude
        let amount: String
        switch distance {
        case ..<45: return "just now"
        case ..<(60 * 60): amount = "\(max(1, distance / 60)) min"
        case ..<(24 * 60 * 60): amount = "\(distance / 3600) h"
        case ..<(7 * 24 * 60 * 60):
            let days = distance / 86_400
            amount = days == 1 ? "1 day" : "\(days) days"
        default: return date(instant, viewpoint.zone)
        }
        return seconds < 0 ? "in \(amount)" : "\(amount) ago"
    }

    /// `1 Mar 2026, 18:04:56 IST`.
    package static func exact(_ instant: Instant, _ zone: TimeZone) -> String {
        let civil = zone.civil(of: instant)
        return "\(date(civil)), \(clock(civil)):\(two(civil.second)) \(abbreviation(instant, zone))"
    }

    /// `1 Mar 2026`.
    package static func date(_ instant: Instant, _ zone: TimeZone) -> String {
        date(zone.civil(of: instant))
    }

    /// `2026-03-01`, as date fields of forms have it.
    package static func formDate(_ instant: Instant, _ zone: TimeZone) -> String {
        let civil = zone.civil(of: instant)
        let year = NumberText.padded(UInt64(max(0, civil.year)), 4)
        return "\(year)-\(two(civil.month))-\(two(civil.day))"
    }

    /// The first moment of a day that a form names, where the person is.
    package static func startOfDay(_ text: String, _ zone: TimeZone) -> Instant? {
        Instant(date: text).map { zone.instant(of: $0.civil) }
    }

    /// The first moment after a day that a form names.
    package static func endOfDay(_ text: String, _ zone: TimeZone) -> Instant? {
        // A day has 23 to 25 hours: half a day more is always the next one.
        startOfDay(text, zone).flatMap {
            startOfDay(formDate($0.adding(seconds: 36 * 3600), zone), zone)
        }
    }

    /// `2026-03-01T18:04`, as fields of forms for a day and an hour have it.
    package static func formMoment(_ instant: Instant, _ zone: TimeZone) -> String {
        "\(formDate(instant, zone))T\(clock(zone.civil(of: instant)))"
    }

    /// The moment that such a field names, where the person is.
    package static func moment(_ text: String, _ zone: TimeZone) -> Instant? {
        let hasSeconds = text.utf8.count > "2026-03-01T18:04".utf8.count
        let local = Instant(rfc3339: text + (hasSeconds ? "Z" : ":00Z"))
        return local.map { zone.instant(of: $0.civil) }
    }

    /// `18:04`.
    static func clock(_ civil: Civil) -> String {
        "\(two(civil.hour)):\(two(civil.minute))"
    }

    /// `1 Mar`.
    static func day(_ civil: Civil) -> String {
        "\(civil.day) \(months[civil.month - 1])"
    }

    static func month(_ civil: Civil) -> String {
        "\(months[civil.month - 1]) \(civil.year)"
    }

    private static func date(_ civil: Civil) -> String {
        "\(day(civil)) \(civil.year)"
    }

    /// Zones without letters are named by their offset: `+0545` reads as UTC+0545.
    private static func abbreviation(_ instant: Instant, _ zone: TimeZone) -> String {
        let name = zone.period(at: instant).abbreviation
        return name.first == "+" || name.first == "-" ? "UTC" + name : name
    }

    private static func two(_ number: Int) -> String {
        NumberText.padded(UInt64(max(0, number)), 2)
    }
}
