import Base

/// Something that a device does not usually tell, and how that shows.
package struct Unusual: Sendable, Equatable {
    /// What a device measures, as far as it decides what is unusual.
    package enum Quantity: String, Sendable {
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
    private static let stuckCount: Int64 = 12
    private static let stuckMs: Int64 = 3_600_000

    /// What is nought for long is at rest: a panel at night.
    package static func stuck(_ run: Recent.Run) -> Unusual? {
        let lastsMs = run.until.milliseconds - run.since.milliseconds
        guard run.count >= stuckCount, lastsMs >= stuckMs, run.value != 0 else { return nil }
        return Unusual(
            value: run.value,
            threshold: run.value,
            explanation: "The sensor is stuck: the very same value for \(lastsMs / 60_000) min"
        )
    }
}
