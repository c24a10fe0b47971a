package import Base
package import Database
package import House

/// The temperatures of a cold cell as a page draws them: a line of means in a band from the lowest
/// to the highest, and the bounds that should not be crossed.
package enum TemperatureChart {
    /// Few enough that a page stays small; with the band, no excursion is lost between them.
    private static func length(of range: TemperatureHistory.Range) -> (RollUpLength, points: Int) {
        switch range {
        case .day: (.fiveMinutes, 3)
        case .week: (.twoHours, 1)
        case .month: (.twoHours, 4)
        }
    }

    /// `latest` is where the line ends: the mean of a time that is not over is not what it is now.
    package static func chart(
        of deviceNumbers: [Int64],
        within bounds: ClosedRange<Double>,
        over range: TemperatureHistory.Range,
        until latest: (at: Instant, celsius: Double)?,
        at now: Instant,
        _ queries: some Queries
    ) throws -> Chart {
        let (length, together) = length(of: range)
        let stepSeconds = length.seconds * Int64(together)
        let stepMs = stepSeconds * 1000
        let last = now.milliseconds / stepMs * stepMs
        let count = Int(range.seconds / stepSeconds)
        let times = (0...count).map {
            Instant(milliseconds: last - Int64(count - $0) * stepMs)
        }
        var sums = [TemperatureSums?](repeating: nil, count: times.count)
        for number in deviceNumbers {
            let found = try RollUpsStore.rollUps(
                of: number,
                length,
                from: times[0],
                to: now.adding(seconds: 1),
                queries
            )
            for (startsAt, more) in found {
                let place = Int((startsAt.milliseconds - times[0].milliseconds) / stepMs)
                guard sums.indices.contains(place) else { continue }
                if sums[place]?.add(more) == nil { sums[place] = more }
            }
        }
        var samples = sums.map { sums in
            sums.map { Chart.Sample($0.mean, low: $0.min, high: $0.max) }
        }
        if let latest, let last = times.last, last < latest.at {
            let end = latest.celsius
            samples.append(Chart.Sample(end, low: end, high: end))
            return chart(times + [latest.at], samples, sums, bounds, range)
        }
        return chart(times, samples, sums, bounds, range)
    }

    private static func chart(
        _ times: [Instant],
        _ samples: [Chart.Sample?],
        _ sums: [TemperatureSums?],
        _ bounds: ClosedRange<Double>,
        _ range: TemperatureHistory.Range
    ) -> Chart {
        var chart = Chart(
            "temperature-\(range.rawValue)",
            "Temperature, \(title(of: range))",
            description: description(of: sums.compactMap(\.self), bounds),
            mark: .line,
            unit: "°C",
            decimals: 1,
            over: .times(times),
            [Chart.Series("Mean", samples)]
        )
        chart.thresholds = [
            .init("Highest allowed", bounds.upperBound, bad: .above),
            .init("Lowest allowed", bounds.lowerBound, bad: .below),
        ]
        return chart
    }

    private static func title(of range: TemperatureHistory.Range) -> String {
        switch range {
        case .day: "the last 24 hours"
        case .week: "the last 7 days"
        case .month: "the last 30 days"
        }
    }

    private static func description(
        of sums: [TemperatureSums],
        _ bounds: ClosedRange<Double>
    ) -> String {
        guard let least = sums.map(\.min).min(), let most = sums.map(\.max).max() else {
            return "Nothing was measured."
        }
        let isWithin = bounds.contains(least) && bounds.contains(most)
        return "From \(NumberText.decimal(least, decimals: 1)) to "
            + "\(NumberText.decimal(most, decimals: 1)) °C, "
            + (isWithin ? "always within its bounds." : "not always within its bounds.")
    }
}
