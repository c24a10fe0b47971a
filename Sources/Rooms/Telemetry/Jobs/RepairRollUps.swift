import Base
import Database
import Jobs
import Readings

/// Compares the roll-ups of each day that is over with its readings, once, and makes right what
/// differs: they are written together, so that it was a change by hand or a bug.
enum RepairRollUps {
    private static let checkSeconds: Int64 = 600
    private static let daySeconds = RollUpLength.day.seconds
    /// From how long ago on days are compared that were not yet: a reading may come so late.
    private static let daysMax: Int64 = 7
    private static let devicesAtOnce: Int64 = 10
    /// Of one run: other jobs have their times, too.
    private static let nanosecondsMax: UInt64 = 5_000_000_000
    private static let linesMax = 20

    static var job: Job {
        Job(
            "readings.repair-rollups",
            "Compares the roll-ups of past days with their readings, and makes right what differs.",
            .every(seconds: checkSeconds),
            isNeeded: { context in next(context.mark, context) != nil },
            run
        )
    }

    /// The mark is the day, and as many milliseconds as is the number of the device up to which
    /// it was compared.
    private static func next(_ mark: Instant?, _ context: JobContext) -> Instant? {
        let today = RollUpLength.day.start(of: context.clock.now)
        let oldest = today.adding(seconds: -daysMax * daySeconds)
        let next = max(mark ?? oldest, oldest)
        return next < today ? next : nil
    }

    private static func run(_ context: JobContext) throws -> JobOutcome {
        let began = monotonicNanoseconds()
        let highest = try RollUpComparison.highestNumber(context.database)
        var repaired: [RollUpComparison.Difference] = []
        var mark = context.mark
        var days = 0
        while let place = next(mark, context), monotonicNanoseconds() - began < nanosecondsMax {
            let day = RollUpLength.day.start(of: place)
            let first = place.milliseconds - day.milliseconds + 1
            let last = first + devicesAtOnce - 1
            let isWhole = last >= highest
            let reached =
                isWhole ? day.adding(seconds: daySeconds) : day.adding(milliseconds: last)
            let found = try repair(day, first...last, upTo: reached, context)
            repaired += found
            days += isWhole ? 1 : 0
            mark = reached
            try context.goOn()
        }
        return outcome(repaired, days)
    }

    private static func repair(
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        upTo reached: Instant,
        _ context: JobContext
    ) throws -> [RollUpComparison.Difference] {
        let seen = try RollUpComparison.differences(on: day, of: numbers, context.database)
        let repaired = try context.transaction { tx in
            let repaired = try RollUpComparison.repair(
                on: day,
                of: Set(seen.map(\.deviceNumber)),
                in: tx
            )
            try context.advance(to: reached, in: tx)
            return repaired
        }
        for difference in repaired.prefix(linesMax) {
            context.log.warning("a roll-up was made right", difference.fields)
        }
        return repaired
    }

    private static func outcome(
        _ repaired: [RollUpComparison.Difference],
        _ days: Int
    ) -> JobOutcome {
        let extent = "Compared \(days) \(days == 1 ? "day" : "days") to the end"
        guard let first = repaired.first else { return .done("\(extent).") }
        let count = repaired.count == 1 ? "1 roll-up" : "\(repaired.count) roll-ups"
        return .alarm("Made right \(count), the first: \(first.words). \(extent).")
    }
}

/// Looks whether the roll-ups of yesterday are what their readings come to.
enum RollUpsCheck {
    private static let devicesAtOnce: Int64 = 10
    private static let devicesMax: Int64 = 1000
    private static let flawsMax = 20

    static func flaws(_ tx: Transaction, at now: Instant) throws -> [String] {
        let day = RollUpLength.day.start(of: now.adding(seconds: -RollUpLength.day.seconds))
        let last = min(try RollUpComparison.highestNumber(tx), devicesMax)
        var flaws: [String] = []
        for first in stride(from: Int64(1), through: last, by: Int(devicesAtOnce)) {
            let numbers = first...(first + devicesAtOnce - 1)
            flaws += try RollUpComparison.differences(on: day, of: numbers, tx).map(\.words)
            guard flaws.count < flawsMax else { break }
        }
        return Array(flaws.prefix(flawsMax))
    }
}

extension RollUpComparison.Difference {
    var words: String {
        let what = series.isEmpty ? "temperatures" : series
        return "the roll-up of \(length.seconds) s of the \(what) of device number \(deviceNumber) "
            + "at \(startsAt.rfc3339) is not what its readings come to "
            + "(\(readings) of \(readingsRight) readings)"
    }

    fileprivate var fields: JSONObject {
        [
            "device": .integer(deviceNumber), "series": .string(series),
            "seconds": .integer(length.seconds), "startsAt": .string(startsAt.rfc3339),
            "readings": .integer(readings), "readingsRight": .integer(readingsRight),
        ]
    }
}
