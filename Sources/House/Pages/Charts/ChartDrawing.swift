import Base

/// Draws a chart.
///
/// The outer picture has no view box: places are percentages of it and letters keep their
/// size on a phone. Lines are drawn in an inner one that is stretched to fill it.
struct ChartDrawing {
    /// The inner picture's own measure, fine enough for any screen.
    static let width = 1000.0
    static let height = 1000.0
    /// What there is room for on the right.
    private static let lettersBesideMax = 7

    let chart: Chart
    let zone: TimeZone
    let vertical: ChartTicks

    init(_ chart: Chart, _ zone: TimeZone) {
        self.chart = chart
        self.zone = zone
        vertical = Self.vertical(of: chart)
    }

    private static func vertical(of chart: Chart) -> ChartTicks {
        let samples = chart.series.flatMap { $0.samples.compactMap(\.self) }
        var numbers = samples.flatMap { [$0.value, $0.low, $0.high].compactMap(\.self) }
        numbers += chart.thresholds.map(\.value)
        // The size of a bar is what it says, so it stands on nought.
        if chart.mark != .line { numbers.append(0) }
        return ChartTicks.round(
            from: numbers.min() ?? 0,
            to: numbers.max() ?? 1,
            isCount: chart.mark == .bar && chart.decimals == 0
        )
    }

    var svg: String {
        let ids = ["title", "text"].map { "\(chart.id)-\($0)" }
        return """
            <svg class="chart chart-\(chart.mark.rawValue)" role="img" \
            aria-labelledby="\(ids.joined(separator: " "))">\
            <title id="\(ids[0])">\(Markup.text(chart.title))</title>\
            <desc id="\(ids[1])">\(Markup.text(chart.description))</desc>\
            \(verticalAxis)\(horizontalAxis)\
            <svg class="plot" width="100%" height="100%" preserveAspectRatio="none" \
            viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))">\(plot)</svg>\
            \(thresholdNames)\(lastValues)</svg>
            """
    }

    func y(_ value: Double) -> Double {
        Self.height * (vertical.high - value) / (vertical.high - vertical.low)
    }

    /// Bars stand in the middle of a slot of their own; lines go from edge to edge.
    func x(_ place: Int) -> Double {
        let count = Double(chart.horizontal.count)
        guard chart.mark != .bar else { return Self.width * (Double(place) + 0.5) / count }
        switch chart.horizontal {
        case .labels: return count < 2 ? Self.width / 2 : Self.width * Double(place) / (count - 1)
        case .times(let times): return x(times[place])
        }
    }

    private func x(_ instant: Instant) -> Double {
        guard case .times(let times) = chart.horizontal, let first = times.first,
            let last = times.last, first < last
        else { return Self.width / 2 }
        let span = Double(last.milliseconds - first.milliseconds)
        return Self.width * Double(instant.milliseconds - first.milliseconds) / span
    }

    private var verticalAxis: String {
        let lines = vertical.values.map { value -> String in
            let at = Markup.percent(y(value) / Self.height)
            let name = NumberText.short(value, decimals: vertical.decimals)
            return """
                <line class="grid" x1="0" x2="100%" y1="\(at)" y2="\(at)"/>\
                <text class="tick" x="-8" y="\(at)" dy="4" text-anchor="end">\(name)</text>
                """
        }
        return lines.joined()
            + "<text class=\"unit\" x=\"0\" y=\"-12\">\(Markup.text(chart.unit))</text>"
    }

    private var horizontalAxis: String {
        horizontalTicks.enumerated().map { index, tick in
            // On a narrow screen every second one is left out.
            let kind = index % 2 == 0 ? "tick" : "tick tick-odd"
            let at = Markup.percent(tick.at / Self.width)
            return """
                <line class="mark" x1="\(at)" x2="\(at)" y1="100%" y2="100%"/>\
                <text class="\(kind)" x="\(at)" y="100%" dy="20" text-anchor="middle">\
                \(Markup.text(tick.text))</text>
                """
        }.joined()
    }

    private var horizontalTicks: [(at: Double, text: String)] {
        switch chart.horizontal {
        case .times(let times):
            guard let first = times.first, let last = times.last else { return [] }
            if chart.mark == .bar { return barMoments(times) }
            let moments = ChartMoments(from: first, to: last, zone: zone)
            return moments.ticks.map { (x($0.at), $0.text) }
        case .labels(let labels):
            let every = max(1, (labels.count + 11) / 12)
            return labels.enumerated().filter { $0.offset % every == 0 }.map {
                (x($0.offset), $0.element)
            }
        }
    }

    /// Bars are named by when they begin.
    private func barMoments(_ times: [Instant]) -> [(at: Double, text: String)] {
        let every = max(1, (times.count + 6) / 7)
        return times.enumerated().filter { $0.offset % every == 0 }.map { place, time in
            let civil = zone.civil(of: time)
            let isMidnight = civil.hour == 0 && civil.minute == 0
            return (x(place), isMidnight ? TimeText.day(civil) : TimeText.clock(civil))
        }
    }

    private var thresholdNames: String {
        chart.thresholds.map { threshold in
            let part = y(threshold.value) / Self.height
            let at = Markup.percent(part)
            // Over its line, unless that would be outside.
            let dy = part < ChartEnd.distanceMin ? 14 : -6
            let value = NumberText.decimal(threshold.value, decimals: chart.decimals)
            return """
                <text class="threshold-name" x="4" y="\(at)" dy="\(dy)">\
                \(Markup.text("\(threshold.name) \(value) \(chart.unit)"))</text>
                """
        }.joined()
    }

    /// The last value of each line, beside its end.
    private var lastValues: String {
        guard chart.mark != .bar else { return "" }
        let ends = chart.series.enumerated().compactMap { index, series -> ChartEnd? in
            guard let sample = series.samples.last(where: { $0 != nil }) ?? nil else { return nil }
            let whole = NumberText.decimal(sample.value, decimals: chart.decimals)
            let isLong = whole.count > Self.lettersBesideMax
            let text =
                isLong ? NumberText.short(sample.value, decimals: chart.decimals) : whole
            return ChartEnd(series: index + 1, at: y(sample.value) / Self.height, text: text)
        }
        return ChartEnd.apart(ends).map { end in
            """
            <text class="last series-\(end.series)" x="100%" dx="8" dy="4" \
            y="\(Markup.percent(end.at))">\(end.text)</text>
            """
        }.joined()
    }
}

/// The name at the end of a line.
struct ChartEnd: Equatable {
    /// A line of letters, as a part of the chart's height.
    static let distanceMin = 0.08

    let series: Int
    var at: Double
    let text: String

    /// Moved so that none covers another, upwards from the lowest.
    static func apart(_ ends: [ChartEnd]) -> [ChartEnd] {
        var lowest = 1.0 + distanceMin
        return ends.sorted { $0.at > $1.at }.map { end in
            var end = end
            end.at = min(end.at, lowest - distanceMin)
            lowest = end.at
            return end
        }
    }
}
