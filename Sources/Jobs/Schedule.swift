package import Base

/// When a job's time has come again.
package enum Schedule: Equatable, Sendable {
    /// On the multiples of so many seconds since 1970.
    case every(seconds: Int64)
    /// Once a day, in UTC.
    case daily(hour: Int64, minute: Int64)

    private static let daySeconds: Int64 = 86_400

    /// The first time that is later than a moment, however many were missed before it.
    package func next(after moment: Instant) -> Instant {
        switch self {
        case .every(let seconds): Schedule.multiple(of: seconds, plus: 0, after: moment)
        case .daily(let hour, let minute):
            Schedule.multiple(
                of: Schedule.daySeconds,
                plus: (hour * 60 + minute) * 60,
                after: moment
            )
        }
    }

    private static func multiple(
        of seconds: Int64,
        plus offset: Int64,
        after moment: Instant
    ) -> Instant {
        let since = moment.milliseconds - offset * 1000
        let (whole, rest) = since.quotientAndRemainder(dividingBy: seconds * 1000)
        let passed = rest < 0 ? whole - 1 : whole
        return Instant(milliseconds: ((passed + 1) * seconds + offset) * 1000)
    }

    /// As people say it: `every 5 min`, `daily at 03:30 UTC`.
    package var words: String {
        switch self {
        case .every(let seconds):
            let units: [(size: Int64, one: String, many: String)] = [
                (3600, "hour", "h"), (60, "minute", "min"), (1, "second", "s"),
            ]
            let unit = units.first { seconds % $0.size == 0 } ?? (1, "second", "s")
            guard seconds != unit.size else { return "every \(unit.one)" }
            return "every \(seconds / unit.size) \(unit.many)"
        case .daily(let hour, let minute):
            return "daily at \(Schedule.two(hour)):\(Schedule.two(minute)) UTC"
        }
    }

    var isSound: Bool {
        switch self {
        case .every(let seconds): seconds > 0
        case .daily(let hour, let minute): (0...23).contains(hour) && (0...59).contains(minute)
        }
    }

    private static func two(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}

/// How long a job that failed waits: from 5 s, doubled each time, up to a quarter of an hour,
/// whatever its schedule.
enum JobPause {
    private static let secondsFirst: Int64 = 5
    private static let secondsMax: Int64 = 900
    private static let doublingsMax = 8

    static func seconds(afterFailures failures: Int) -> Int64 {
        let doublings = min(max(failures - 1, 0), doublingsMax)
        return min(secondsFirst << Int64(doublings), secondsMax)
    }
}
