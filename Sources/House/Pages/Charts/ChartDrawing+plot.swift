extension ChartDrawing {
    private typealias Place = (x: Double, y: Double)

    /// What is inside the axes: bands first, then bars or lines, then what crosses a threshold.
    var plot: String {
        let marks = chart.mark == .bar ? bars : bands + areas + lines + excursions
        return marks + thresholds
    }

    private var thresholds: String {
        chart.thresholds.map { threshold in
            let at = Markup.number(y(threshold.value))
            return "<line class=\"threshold\" x1=\"0\" x2=\"1000\" y1=\"\(at)\" y2=\"\(at)\"/>"
        }.joined()
    }

    private var lines: String {
        chart.series.enumerated().map { index, series in
            let path = Self.path(of: runs(series) { $0.value })
            return "<path class=\"line series-\(index + 1)\" d=\"\(path)\"/>"
                + points(series, index + 1)
        }.joined()
    }

    /// A value alone between gaps would be a line of no length.
    private func points(_ series: Chart.Series, _ number: Int) -> String {
        runs(series) { $0.value }.filter { $0.count == 1 }.flatMap(\.self).map { place in
            """
            <path class="point series-\(number)" d="M\(Markup.number(place.x)) \
            \(Markup.number(place.y))h0.01"/>
            """
        }.joined()
    }

    private var areas: String {
        guard chart.mark == .area else { return "" }
        let ground = y(max(0, vertical.low))
        return chart.series.enumerated().map { index, series in
            let path = runs(series) { $0.value }.compactMap { run -> String? in
                guard let first = run.first, let last = run.last else { return nil }
                let closed = run + [(x: last.x, y: ground), (x: first.x, y: ground)]
                return Self.path(of: [closed]) + "Z"
            }.joined()
            return "<path class=\"area series-\(index + 1)\" d=\"\(path)\"/>"
        }.joined()
    }

    private var bands: String {
        chart.series.enumerated().map { index, series in
            let path = band(of: series)
            return path.isEmpty ? "" : "<path class=\"band series-\(index + 1)\" d=\"\(path)\"/>"
        }.joined()
    }

    private func band(of series: Chart.Series) -> String {
        let highs = runs(series) { $0.low == nil ? nil : $0.high }
        let lows = runs(series) { $0.high == nil ? nil : $0.low }
        return zip(highs, lows).map { high, low in
            Self.path(of: [high + low.reversed()]) + "Z"
        }.joined()
    }

    /// Lines and bands once more, only where they are on the wrong side.
    private var excursions: String {
        chart.thresholds.enumerated().map { index, threshold in
            let at = y(threshold.value)
            let (top, height) =
                threshold.bad == .above ? (0, at) : (at, ChartDrawing.height - at)
            let clip = "\(chart.id)-beyond-\(index + 1)"
            let paths = chart.series.map { series in
                let band = band(of: series)
                let wide =
                    band.isEmpty
                    ? "" : "<path class=\"band beyond\" clip-path=\"url(#\(clip))\" d=\"\(band)\"/>"
                return wide + "<path class=\"excursion\" clip-path=\"url(#\(clip))\" "
                    + "d=\"\(Self.path(of: runs(series) { $0.value }))\"/>"
            }
            return """
                <clipPath id="\(clip)"><rect x="0" y="\(Markup.number(top))" width="1000" \
                height="\(Markup.number(height))"/></clipPath>\(paths.joined())
                """
        }.joined()
    }

    private var bars: String {
        let slot = ChartDrawing.width / Double(max(1, chart.horizontal.count))
        let width = slot * 0.72 / Double(max(1, chart.series.count))
        return chart.series.enumerated().map { index, series in
            let rects = series.samples.enumerated().compactMap { place, sample -> String? in
                guard let sample else { return nil }
                let left = x(place) - slot * 0.36 + width * Double(index)
                let (top, bottom) = (y(max(sample.value, 0)), y(min(sample.value, 0)))
                return """
                    <rect x="\(Markup.number(left))" y="\(Markup.number(top))" \
                    width="\(Markup.number(width))" height="\(Markup.number(bottom - top))"/>
                    """
            }
            return "<g class=\"bar series-\(index + 1)\">\(rects.joined())</g>"
        }.joined()
    }

    /// The places of a series, broken where nothing was measured.
    private func runs(
        _ series: Chart.Series,
        _ value: (Chart.Sample) -> Double?
    ) -> [[Place]] {
        var runs: [[Place]] = []
        var isBroken = true
        for (place, sample) in series.samples.enumerated() {
            guard let number = sample.flatMap(value) else {
                isBroken = true
                continue
            }
            if isBroken { runs.append([]) }
            isBroken = false
            runs[runs.count - 1].append((x(place), y(number)))
        }
        return runs
    }

    private static func path(of runs: [[Place]]) -> String {
        runs.map { run in
            "M" + run.map { "\(Markup.number($0.x)) \(Markup.number($0.y))" }.joined(separator: "L")
        }.joined()
    }
}
