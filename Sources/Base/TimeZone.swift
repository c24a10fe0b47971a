/// A time zone: what clocks show somewhere at a moment.
package struct TimeZone: Sendable, Equatable {
    /// What holds between two changes of the clocks.
    package struct Period: Sendable, Equatable {
        package let offsetSeconds: Int
        package let abbreviation: String

        package init(offsetSeconds: Int, abbreviation: String) {
            self.offsetSeconds = offsetSeconds
            self.abbreviation = abbreviation
        }
    }

    /// A listed change: from this second on, that period.
    struct Change: Sendable, Equatable {
        let second: Int64
        let period: Period
    }

    package let name: String
    private let first: Period
    private let changes: [Change]
    private let rule: TimeZoneRule?

    init(name: String, first: Period, changes: [Change], rule: TimeZoneRule?) {
        self.name = name
        self.first = first
        self.changes = changes
        self.rule = rule
    }

    package static var utc: TimeZone {
        let period = Period(offsetSeconds: 0, abbreviation: "UTC")
        return TimeZone(name: "UTC", first: period, changes: [], rule: nil)
    }

    package func period(at instant: Instant) -> Period {
        let second = instant.second
        guard let last = changes.last else { return rule?.period(at: second) ?? first }
        if second >= last.second { return rule?.period(at: second) ?? last.period }
        let after = changes.partitioningIndex { $0.second > second }
        return after == 0 ? first : changes[after - 1].period
    }

    /// What a calendar and a clock show there.
    package func civil(of instant: Instant) -> Civil {
        instant.adding(seconds: Int64(period(at: instant).offsetSeconds)).civil
    }

    /// The moment at which a calendar and a clock show this; where clocks show it twice, the first.
    ///
    /// What is skipped when clocks go forward counts as if they had not yet gone.
    package func instant(of civil: Civil) -> Instant {
        let local = Instant(civil)
        let daySeconds: Int64 = 86_400
        let before = Int64(period(at: local.adding(seconds: -daySeconds)).offsetSeconds)
        let after = Int64(period(at: local.adding(seconds: daySeconds)).offsetSeconds)
        let early = local.adding(seconds: -before)
        guard before != after, self.civil(of: early) != civil else { return early }
        let late = local.adding(seconds: -after)
        return self.civil(of: late) == civil ? late : early
    }
}

extension Instant {
    /// Whole seconds since 1970, rounded down.
    var second: Int64 {
        let second = milliseconds / 1000
        return milliseconds % 1000 < 0 ? second - 1 : second
    }
}

extension Array {
    /// The place of the first element that is so, when all behind it are so as well.
    fileprivate func partitioningIndex(where isSo: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isSo(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
