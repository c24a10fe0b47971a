package import Base

/// Something that a device does not usually tell, and how that shows.
package struct Unusual: Sendable, Equatable {
    /// What a device measures, as far as it decides what is unusual.
    package enum Quantity: Sendable {
        case temperature, generation, consumption
    }

    package let value: Double
    /// Where the unusual begins.
    package let threshold: Double
    /// A sentence for people, without its end.
    package let explanation: String

    package init(value: Double, threshold: Double, explanation: String) {
        self.value = value
        self.threshold = threshold
        self.explanation = explanation
    }
}

extension Unusual {
    package static let deviationsUsual = 4.0

    /// A value beside the same hour of past days: of what is generated too little is unusual, of
    /// what is consumed too much, of a temperature both.
    package static func change(
        _ value: Double,
        of quantity: Quantity,
        beside habit: Habit,
        deviations: Double = deviationsUsual
    ) -> Unusual? {
        let distance = habit.distance(of: value)
        guard distance.magnitude > deviations else { return nil }
        let isMore = distance > 0
        let what: String
        switch (quantity, isMore) {
        case (.generation, true), (.consumption, false): return nil
        case (.generation, false): what = "Generation dropped"
        case (.consumption, true): what = "Consumption jumped"
        case (.temperature, true): what = "Much warmer than usual"
        case (.temperature, false): what = "Much colder than usual"
        }
        let times = Int64(min(distance.magnitude, 999))
        let threshold = habit.mean + (isMore ? deviations : -deviations) * habit.deviation
        return Unusual(
            value: value,
            threshold: threshold,
            explanation: "\(what): \(times) deviations from the same hour of past days"
        )
    }

    /// Readings so many and for so long that one value all the time is a sensor that hangs.
    private static let stuckCount = 12
    private static let stuckMs: Int64 = 3_600_000

    /// The newest readings, in the order of time; `usualDeviation` is how much they vary else.
    ///
    /// What is nought for long is at rest: a panel at night.
    package static func stuck(
        _ readings: [(at: Instant, value: Double)],
        usualDeviation: Double
    ) -> Unusual? {
        guard readings.count >= stuckCount, usualDeviation > 0, let last = readings.last,
            let first = readings.first, last.value != 0,
            last.at.milliseconds - first.at.milliseconds >= stuckMs,
            readings.allSatisfy({ $0.value == last.value })
        else { return nil }
        let minutes = (last.at.milliseconds - first.at.milliseconds) / 60_000
        return Unusual(
            value: last.value,
            threshold: last.value,
            explanation: "The sensor is stuck: the very same value for \(minutes) min"
        )
    }
}
