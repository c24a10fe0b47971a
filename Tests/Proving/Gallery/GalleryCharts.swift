import Base
import Glibc
import House

/// The gallery's charts, drawn from waves.
enum GalleryCharts {
    static func all(_ now: Instant) -> [Chart] {
        [temperature(now), power(now), latency(now), orders]
    }

    private static func temperature(_ now: Instant) -> Chart {
        let count = 96
        let times = (0..<count).map { now.adding(seconds: Int64($0 - count + 1) * 900) }
        let samples = (0..<count).map { index -> Chart.Sample? in
            if (40..<46).contains(index) { return nil }
            let value = -18 + 2.2 * sin(Double(index) / 9) + (index > 78 ? 3.4 : 0)
            return Chart.Sample(value, low: value - 0.8, high: value + 1.1)
        }
        var chart = Chart(
            "temperature",
            "Temperature of cold cell 4",
            description:
                "Between −20 and −12 °C over a day, above the limit of −15 °C since 17:00.",
            mark: .line,
            unit: "°C",
            decimals: 1,
            over: .times(times),
            [Chart.Series("Temperature", samples)]
        )
        chart.thresholds = [
            Chart.Threshold("Highest allowed", -15, bad: .above),
            Chart.Threshold("Lowest allowed", -22, bad: .below),
        ]
        return chart
    }

    private static func power(_ now: Instant) -> Chart {
        let times = (0..<48).map { now.adding(seconds: Int64($0 - 47) * 1800) }
        let samples = (0..<48).map { index in
            Chart.Sample(max(0, 4_800 * sin((Double(index) - 12) / 7.6)))
        }
        return Chart(
            "power",
            "Generated power",
            description: "Rises in the morning to 4.8 kW and falls to nought in the evening.",
            mark: .area,
            unit: "W",
            over: .times(times),
            [Chart.Series("Power", samples)]
        )
    }

    private static func latency(_ now: Instant) -> Chart {
        let times = (0..<60).map { now.adding(seconds: Int64($0 - 59) * 60) }
        func series(_ name: String, _ base: Double, _ swing: Double) -> Chart.Series {
            Chart.Series(
                name,
                (0..<60).map { Chart.Sample(base + swing * sin(Double($0) / 6) * sin(Double($0))) }
            )
        }
        return Chart(
            "latency",
            "Latency of requests",
            description: "The median stays at 1.2 ms, the 99th percentile between 6 and 10 ms.",
            mark: .line,
            unit: "ms",
            decimals: 1,
            over: .times(times),
            [
                series("median", 1.2, 0.3), series("90th percentile", 3, 0.8),
                series("99th percentile", 8, 2),
            ]
        )
    }

    private static var orders: Chart {
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        return Chart(
            "orders",
            "Orders of the week",
            description: "Most on Thursday, 1 200, fewest on Sunday.",
            mark: .bar,
            unit: "orders",
            over: .labels(days),
            [
                Chart.Series("confirmed", [820, 932, 901, 1200, 1100, 430, 120].map { .init($0) }),
                Chart.Series("cancelled", [80, 32, 91, 120, 40, 30, 12].map { .init($0) }),
            ]
        )
    }
}
