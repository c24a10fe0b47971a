/// How a zone's clocks change year after year, as the last line of its file says it: the TZ form of
/// POSIX, `CET-1CEST,M3.5.0,M10.5.0/3`.
struct TimeZoneRule: Sendable, Equatable {
    /// A moment of every year, on the clocks that show the time until then.
    struct Turn: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// The first to fourth, or as 5 the last, of that weekday in the month; Sunday is 0.
            case weekday(Int, week: Int, month: Int)
            /// 1 to 365, the leap day never counted.
            case julian(Int)
            /// 0 to 365, the leap day counted.
            case ordinal(Int)
        }

        let day: Day
        let seconds: Int
    }

    struct Daylight: Sendable, Equatable {
        let period: TimeZone.Period
        let begins: Turn
        let ends: Turn
    }

    let standard: TimeZone.Period
    let daylight: Daylight?

    func period(at second: Int64) -> TimeZone.Period {
        guard let daylight else { return standard }
        let local = Instant(milliseconds: (second + Int64(standard.offsetSeconds)) * 1000)
        let year = local.civil.year
        let begins = daylight.begins.second(of: year) - Int64(standard.offsetSeconds)
        let ends = daylight.ends.second(of: year) - Int64(daylight.period.offsetSeconds)
        let isDaylight =
            begins < ends
            ? (begins..<ends).contains(second) : !(ends..<begins).contains(second)
        return isDaylight ? daylight.period : standard
    }
}

extension TimeZoneRule.Turn {
    /// Seconds since 1970, if clocks showed UTC.
    fileprivate func second(of year: Int) -> Int64 {
        dayNumber(of: year) * 86_400 + Int64(seconds)
    }

    private func dayNumber(of year: Int) -> Int64 {
        func day(_ month: Int, _ day: Int) -> Int64 {
            Instant(Civil(year: year, month: month, day: day)).milliseconds / 86_400_000
        }
        switch self.day {
        case .ordinal(let ordinal): return day(1, 1) + Int64(ordinal)
        case .julian(let ordinal):
            let isPastLeapDay = Civil.daysIn(month: 2, year: year) == 29 && ordinal >= 60
            return day(1, 1) + Int64(ordinal - 1) + (isPastLeapDay ? 1 : 0)
        case .weekday(let weekday, let week, let month):
            // The first day of 1970 was a Thursday, and earlier days have negative numbers.
            let firstWeekday = Int(((day(month, 1) + 4) % 7 + 7) % 7)
            var date = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if date > Civil.daysIn(month: month, year: year) { date -= 7 }
            return day(month, date)
        }
    }
}

extension TimeZoneRule {
    init?(_ text: some Collection<UInt8>) {
        var scanner = RuleScanner(rest: Array(text)[...])
        guard let name = scanner.name(), let behind = scanner.seconds() else { return nil }
        standard = TimeZone.Period(offsetSeconds: -behind, abbreviation: name)
        guard !scanner.rest.isEmpty else {
            daylight = nil
            return
        }
        guard let name = scanner.name() else { return nil }
        let offset = scanner.rest.first == UInt8(ascii: ",") ? behind - 3600 : scanner.seconds()
        guard let offset, let begins = scanner.turn(), let ends = scanner.turn(),
            scanner.rest.isEmpty
        else { return nil }
        let period = TimeZone.Period(offsetSeconds: -offset, abbreviation: name)
        daylight = Daylight(period: period, begins: begins, ends: ends)
    }
}

/// Walks over the letters, numbers and commas of a rule.
private struct RuleScanner {
    static let numberMax = 10_000

    var rest: ArraySlice<UInt8>

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest.removeFirst()
        return true
    }

    /// Letters, or anything between angle brackets.
    mutating func name() -> String? {
        let isQuoted = take("<")
        let name = rest.prefix { byte in
            isQuoted
                ? byte != UInt8(ascii: ">") : (UInt8(ascii: "A")...UInt8(ascii: "z")).contains(byte)
        }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, !isQuoted || take(">") else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    mutating func number() -> Int? {
        var value = 0
        var count = 0
        while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            guard value <= Self.numberMax else { return nil }
            rest.removeFirst()
            count += 1
        }
        return count == 0 ? nil : value
    }

    /// `[-]hours[:minutes[:seconds]]`.
    mutating func seconds() -> Int? {
        let sign = take("-") ? -1 : 1
        if sign == 1 { _ = take("+") }
        guard var total = number().map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where take(":") {
            guard let part = number() else { return nil }
            total += part * unit
        }
        return sign * total
    }

    mutating func turn() -> TimeZoneRule.Turn? {
        guard take(","), let day = day() else { return nil }
        guard take("/") else { return TimeZoneRule.Turn(day: day, seconds: 7200) }
        return seconds().map { TimeZoneRule.Turn(day: day, seconds: $0) }
    }

    private mutating func day() -> TimeZoneRule.Turn.Day? {
        if take("M") {
            guard let month = number(), (1...12).contains(month), take("."),
                let week = number(), (1...5).contains(week), take("."),
                let weekday = number(), (0...6).contains(weekday)
            else { return nil }
            return .weekday(weekday, week: week, month: month)
        }
        if take("J") {
            return number().flatMap { (1...365).contains($0) ? .julian($0) : nil }
        }
        return number().flatMap { (0...365).contains($0) ? .ordinal($0) : nil }
    }
}
