/// An hour of a device, as roll-ups have it.
package struct HourSummary: Sendable, Equatable {
    package let mean: Double
    package let min: Double
    package let max: Double

    package init(mean: Double, min: Double, max: Double) {
        self.mean = mean
        self.min = min
        self.max = max
    }
}

/// What a device usually tells at one hour of the day, from the same hour of past days.
package struct Habit: Sendable, Equatable {
    package static let daysMin = 3
    package static let daysMax = 7
    /// Of what is told with few digits, one step is no deviation.
    private static let deviationShareMin = 0.01
    private static let deviationMin = 0.05
    /// How many deviations lie between the lowest and the highest of some dozen readings.
    private static let deviationsInRange = 4.0

    package let mean: Double
    package let deviation: Double

    init(mean: Double, deviation: Double) {
        self.mean = mean
        self.deviation = deviation
    }

    /// Nothing with too few days; of more than a week the first ones count, which are the newest.
    package init?(_ days: [HourSummary]) {
        let days = days.prefix(Habit.daysMax)
        guard days.count >= Habit.daysMin else { return nil }
        let count = Double(days.count)
        let mean = days.reduce(0) { $0 + $1.mean } / count
        // Days differ, and so do the readings within an hour.
        let between = days.reduce(0) { $0 + ($1.mean - mean) * ($1.mean - mean) } / (count - 1)
        let within =
            days.reduce(0) { sum, day in
                let deviation = (day.max - day.min) / Habit.deviationsInRange
                return sum + deviation * deviation
            } / count
        self.mean = mean
        deviation = max(
            (between + within).squareRoot(),
            mean.magnitude * Habit.deviationShareMin,
            Habit.deviationMin
        )
    }

    /// How far a value lies from what is usual, in deviations, below nought when it is less.
    package func distance(of value: Double) -> Double { (value - mean) / deviation }
}
