package import Base

/// What was learned of a device from its past: its habit at each hour of the day, and a forest of
/// its hours.
package struct DeviceModel: Sendable, Equatable {
    /// How a reading is beside what was learned.
    package enum Verdict: Sendable, Equatable {
        /// Neither usual nor unusual enough, or there is nothing to compare it with.
        case open
        case usual
        case unusual(Unusual)
    }

    package static let secondsLearned: Int64 = 14 * 86_400
    static let hoursOfDay = 24
    private static let hourSeconds: Int64 = 3600
    private static let daySeconds: Int64 = 86_400
    /// Within this a value is usual again.
    private static let deviationsWell = 3.0
    private static let scoreMarginWell = 0.02
    /// One that was still for more of its hours is so by nature.
    private static let stillShareMax = 0.02

    /// In UTC; nothing for an hour of which too few days are known.
    let habits: [Habit?]
    let isStillByNature: Bool
    let forest: IsolationForest?

    init(habits: [Habit?], isStillByNature: Bool, forest: IsolationForest?) {
        self.habits = habits
        self.isStillByNature = isStillByNature
        self.forest = forest
    }

    /// From hours that began before `end`; nothing when there is too little to learn from.
    package init?(of hours: [Instant: HourSummary], until end: Instant, seed: UInt64) {
        let today = end.startOfDay
        let habits = (0..<Int64(Self.hoursOfDay)).map { hour in
            let tomorrow = today.adding(seconds: Self.daySeconds + hour * Self.hourSeconds)
            return Self.habit(before: tomorrow, of: hours)
        }
        guard habits.contains(where: { $0 != nil }) else { return nil }
        let active = hours.values.filter { $0.mean != 0 }
        let still = active.count { $0.min == $0.max }
        self.init(
            habits: habits,
            isStillByNature: Double(still) > Self.stillShareMax * Double(active.count),
            forest: IsolationForest(DeviceModel.rows(hours), seed: seed)
        )
    }

    /// Of a value that `recent` has seen as its newest.
    package func judge(
        _ value: Double,
        of quantity: Unusual.Quantity,
        at moment: Instant,
        _ recent: Recent
    ) -> Verdict {
        if !isStillByNature, let run = recent.run, let stuck = Unusual.stuck(run) {
            return .unusual(stuck)
        }
        guard let habit = habits[moment.hourOfDay] else { return .open }
        if let change = Unusual.change(value, of: quantity, beside: habit) {
            return .unusual(change)
        }
        let isNear =
            Unusual.change(value, of: quantity, beside: habit, deviations: Self.deviationsWell)
            == nil
        guard let forest, let row = row(at: moment, recent) else { return isNear ? .usual : .open }
        let score = forest.score(row)
        guard score <= Double(forest.threshold) else {
            return forest.unusual(row).map(Verdict.unusual) ?? .open
        }
        let isWell = score <= Double(forest.threshold) - Self.scoreMarginWell
        return isNear && isWell ? .usual : .open
    }

    /// The last hour that is over, as such hours were learned.
    private func row(at moment: Instant, _ recent: Recent) -> [Double]? {
        let before = (moment.hourOfDay + Self.hoursOfDay - 1) % Self.hoursOfDay
        guard let habit = habits[before],
            let (last, previous) = recent.hours(before: moment.startOfHour)
        else { return nil }
        return HourFeature.row(last, after: previous, usual: habit.mean)
    }

    /// Each hour as it was beside the days before it.
    private static func rows(_ hours: [Instant: HourSummary]) -> [[Double]] {
        hours.keys.sorted().compactMap { startsAt in
            guard let hour = hours[startsAt],
                let previous = hours[startsAt.adding(seconds: -hourSeconds)],
                let usual = habit(before: startsAt, of: hours)
            else { return nil }
            return HourFeature.row(hour, after: previous, usual: usual.mean)
        }
    }

    /// From the same hour of the days before, the newest first.
    private static func habit(before startsAt: Instant, of hours: [Instant: HourSummary]) -> Habit?
    {
        Habit(
            // One more: the day that is not over has none of its later hours.
            (1...Int64(Habit.daysMax + 1)).compactMap { day in
                hours[startsAt.adding(seconds: -day * daySeconds)]
            }
        )
    }
}

extension Instant {
    fileprivate var hourOfDay: Int {
        Int((milliseconds / 3_600_000) % 24)
    }

    fileprivate var startOfHour: Instant {
        Instant(milliseconds: milliseconds / 3_600_000 * 3_600_000)
    }

    fileprivate var startOfDay: Instant {
        Instant(milliseconds: milliseconds / 86_400_000 * 86_400_000)
    }
}
