package import Base

/// Numbers over time or over things, drawn as SVG on the server; style comes from the stylesheet by
/// class, so that it reads in the dark, in grey and on paper.
package struct Chart: Sendable {
    /// How the numbers are drawn.
    package enum Mark: String, Sendable {
        case line, area, bar
    }

    /// What lies along the bottom, the same for every series.
    package enum Horizontal: Sendable {
        case times([Instant])
        case labels([String])

        var count: Int {
            switch self {
            case .times(let times): times.count
            case .labels(let labels): labels.count
            }
        }
    }

    /// A number, and between which bounds it spread.
    package struct Sample: Sendable, Equatable {
        package let value: Double
        package let low: Double?
        package let high: Double?

        package init(_ value: Double, low: Double? = nil, high: Double? = nil) {
            self.value = value
            self.low = low
            self.high = high
        }
    }

    /// One line, or one colour of bars; nothing where nothing was measured.
    package struct Series: Sendable {
        package let name: String
        package let samples: [Sample?]

        package init(_ name: String, _ samples: [Sample?]) {
            self.name = name
            self.samples = samples
        }
    }

    /// A bound that should not be crossed.
    package struct Threshold: Sendable {
        /// A side of a bound.
        package enum Side: Sendable {
            case above, below
        }

        package let name: String
        package let value: Double
        /// On which side of it something is wrong.
        package let bad: Side

        package init(_ name: String, _ value: Double, bad: Side) {
            self.name = name
            self.value = value
            self.bad = bad
        }
    }

    /// More would not be told apart.
    package static let seriesMax = 4

    /// Unique on its page.
    package let id: String
    package let title: String
    /// What the chart shows, for those who do not see it.
    package let description: String
    package let mark: Mark
    package let unit: String
    package let decimals: Int
    package let horizontal: Horizontal
    package let series: [Series]
    package var thresholds: [Threshold] = []

    package init(
        _ id: String,
        _ title: String,
        description: String,
        mark: Mark,
        unit: String,
        decimals: Int = 0,
        over horizontal: Horizontal,
        _ series: [Series]
    ) {
        precondition(series.count <= Chart.seriesMax, "a chart tells four series apart at most")
        precondition(
            series.allSatisfy { $0.samples.count == horizontal.count },
            "a sample for each place"
        )
        self.id = id
        self.title = title
        self.description = description
        self.mark = mark
        self.unit = unit
        self.decimals = decimals
        self.horizontal = horizontal
        self.series = series
    }

    /// For `admin/chart.html`.
    package func json(_ viewpoint: Viewpoint) -> JSON {
        let samples = series.flatMap { $0.samples.compactMap(\.self) }
        guard !samples.isEmpty else {
            return ["title": .string(title), "unit": .string(unit), "svg": nil, "table": nil]
        }
        return [
            "title": .string(title), "unit": .string(unit), "isBar": .bool(mark == .bar),
            "svg": .string(ChartDrawing(self, viewpoint.zone).svg),
            "legend": .array(legend),
            "table": table(viewpoint.zone),
        ]
    }

    private var legend: [JSON] {
        guard series.count > 1 else { return [] }
        return series.enumerated().map {
            ["number": .integer(Int64($0 + 1)), "name": .string($1.name)]
        }
    }

    private var hasBand: Bool {
        series.contains { $0.samples.contains { $0?.low != nil && $0?.high != nil } }
    }

    /// The same numbers, a row for each place.
    private func table(_ zone: TimeZone) -> JSON {
        let heads = series.flatMap { series in
            hasBand ? [series.name, "lowest", "highest"] : [series.name]
        }
        let rows = (0..<horizontal.count).map { place -> JSON in
            let numbers = series.flatMap { series -> [String] in
                let sample = series.samples[place]
                let all = hasBand ? [sample?.value, sample?.low, sample?.high] : [sample?.value]
                return all.map { $0.map { NumberText.decimal($0, decimals: decimals) } ?? "–" }
            }
            return [
                "place": .string(name(of: place, zone)),
                "numbers": .array(numbers.map { .string($0) }),
            ]
        }
        return [
            "place": .string(placeTitle), "heads": .array(heads.map { .string($0) }),
            "rows": .array(rows),
        ]
    }

    private var placeTitle: String {
        guard case .times = horizontal else { return "What" }
        return "When"
    }

    private func name(of place: Int, _ zone: TimeZone) -> String {
        switch horizontal {
        case .labels(let labels): labels[place]
        case .times(let times): TimeText.exact(times[place], zone)
        }
    }
}
