import Base
import House
import Scoreboard

/// How much was asked lately and how fast it was answered, as charts.
struct LoadCharts {
    /// Each chart has a table of its numbers: more would make the page heavy.
    static let pointsMax = 40
    private static let classNames = [
        "answered (2xx)", "redirected (3xx)", "refused (4xx)", "failed (5xx)",
    ]

    private let intervals: [LoadInterval]

    init(_ intervals: [LoadInterval]) {
        self.intervals = intervals
    }

    var text: String {
        guard let first = intervals.first, let last = intervals.last else {
            return "The first figures come within 10 seconds of the start."
        }
        let span = (last.to.milliseconds - first.from.milliseconds + 500) / 1000
        let length = span < 90 ? "\(span) s" : "\((span + 30) / 60) min"
        let seconds = (last.to.milliseconds - last.from.milliseconds + 500) / 1000
        return "The last \(length), a point every \(seconds) s. Percentiles are estimated "
            + "from counts of requests between fixed bounds."
    }

    var all: [Chart] { intervals.isEmpty ? [] : [rates, latencies, databaseShare] }

    private var times: Chart.Horizontal { .times(intervals.map(\.to)) }

    private var rates: Chart {
        // A class that never occurred would only lie on the ground.
        let shown = Self.classNames.indices.filter { place in
            place == 0 || intervals.contains { $0.answersPerSecond[place] > 0 }
        }
        let latest = intervals.last?.answersPerSecond.reduce(0, +) ?? 0
        return Chart(
            "rates",
            "Requests",
            description: "Answers a second by status; lately "
                + "\(NumberText.decimal(latest, decimals: 1)) a second.",
            mark: .line,
            unit: "/s",
            decimals: 1,
            over: times,
            shown.map { place in
                Chart.Series(
                    Self.classNames[place],
                    intervals.map { .init($0.answersPerSecond[place]) }
                )
            }
        )
    }

    private var latencies: Chart {
        Chart(
            "latencies",
            "Latency",
            description: "The time that half and that 99 of 100 requests stayed below.",
            mark: .line,
            unit: "ms",
            decimals: 1,
            over: times,
            [
                Chart.Series("median", intervals.map { $0.medianMs.map { .init($0) } }),
                Chart.Series(
                    "99th percentile",
                    intervals.map { $0.slowestPercentMs.map { .init($0) } }
                ),
            ]
        )
    }

    private var databaseShare: Chart {
        Chart(
            "database",
            "Time spent on the database",
            description: "How much of the time of requests was spent on the database.",
            mark: .area,
            unit: "%",
            over: times,
            [
                Chart.Series(
                    "share",
                    intervals.map { $0.databaseShare.map { .init($0 * 100) } }
                )
            ]
        )
    }
}
