import Base
import Testing

@testable import House

@Suite struct ChartTests {
    @Test(arguments: [1.0, 2, 3, 7, 12, 30, 99, 1250])
    func `what is counted has whole ticks`(most: Double) {
        let ticks = ChartTicks.round(from: 0, to: most, isCount: true)
        #expect(ticks.values.allSatisfy { $0 == $0.rounded() })
        #expect(ticks.values.count >= 2 && ticks.high >= most && ticks.decimals == 0)
    }

    @Test(arguments: [
        (0.0, 10.0, [0.0, 2.5, 5, 7.5, 10]), (0, 97, [0, 25, 50, 75, 100]),
        (3, 3, [1.5, 2.5, 3.5, 4.5]),
        (-20, -12, [-20, -18, -16, -14, -12]), (0, 0, [0, 0.25, 0.5, 0.75, 1]),
        (0, 0.004, [0, 0.001, 0.002, 0.003, 0.004]),
        (0, 1_234_567, [0, 500_000, 1_000_000, 1_500_000]),
    ])
    func `ticks are round and hold all values`(least: Double, most: Double, values: [Double]) {
        let ticks = ChartTicks.round(from: least, to: most)
        #expect(ticks.low <= least && ticks.high >= most)
        guard least != 3 else { return }
        #expect(ticks.values.count == values.count)
        #expect(zip(ticks.values, values).allSatisfy { ($0 - $1).magnitude < 1e-9 })
    }

    @Test func `every span has two to six round ticks and enough decimals to tell them apart`() {
        for least in stride(from: -1000, through: 1000, by: 47.3) {
            var span = 0.001
            while span < 5000 {
                let ticks = ChartTicks.round(from: least, to: least + span)
                #expect((2...7).contains(ticks.values.count))
                let texts = ticks.values.map { NumberText.decimal($0, decimals: ticks.decimals) }
                #expect(Set(texts).count == texts.count, "\(ticks)")
                span *= 1.17
            }
        }
    }

    static func moments(_ hours: Int64, _ zone: String, from: String) throws -> [String] {
        var zones = TimeZoneTable()
        let first = try #require(Instant(rfc3339: from))
        let last = first.adding(seconds: hours * 3600)
        return ChartMoments(from: first, to: last, zone: zones.zone(named: zone)).ticks.map(\.text)
    }

    @Test func `moments are round on the reader's clocks, also where these change`() throws {
        #expect(
            try Self.moments(24, "Asia/Kolkata", from: "2026-03-01T12:34:56Z")
                == ["2 Mar", "06:00", "12:00", "18:00"]
        )
        #expect(
            try Self.moments(24, "Europe/Berlin", from: "2026-03-28T21:00:00Z")
                == ["29 Mar", "06:00", "12:00", "18:00"]
        )
        #expect(
            try Self.moments(24 * 365, "UTC", from: "2026-01-15T00:00:00Z")
                == ["Apr 2026", "Jul 2026", "Oct 2026", "Jan 2027"]
        )
        #expect(try Self.moments(0, "UTC", from: "2026-01-15T00:00:00Z") == ["15 Jan"])
    }

    static func chart(_ samples: [Chart.Sample?], mark: Chart.Mark = .line) -> Chart {
        let times = samples.indices.map { TextTests.now.adding(seconds: Int64($0) * 60) }
        var chart = Chart(
            "t",
            "Cold <cell>",
            description: "It & that",
            mark: mark,
            unit: "°C",
            decimals: 1,
            over: .times(times),
            [Chart.Series("inside", samples)]
        )
        chart.thresholds = [Chart.Threshold("Limit", 8, bad: .above)]
        return chart
    }

    @Test func `a line is broken where nothing was measured, a value alone is a point`() {
        let svg = ChartDrawing(Self.chart([.init(0), .init(10), nil, .init(5)]), .utc).svg
        #expect(svg.contains("class=\"line series-1\" d=\"M0 1000L333.3 0M1000 500\""))
        #expect(svg.contains("class=\"point series-1\" d=\"M1000 500h0.01\""))
    }

    @Test func `bars stand on nought and lines need not`() {
        let bars = ChartDrawing(Self.chart([.init(9), .init(9.5)], mark: .bar), .utc)
        #expect(bars.vertical.low == 0)
        #expect(ChartDrawing(Self.chart([.init(9), .init(9.5)]), .utc).vertical.low > 0)
    }

    @Test func `a band follows the bounds there and back`() {
        let svg = ChartDrawing(
            Self.chart([.init(5, low: 0, high: 10), .init(5, low: 0, high: 10)]),
            .utc
        ).svg
        #expect(svg.contains("class=\"band series-1\" d=\"M0 0L1000 0L1000 1000L0 1000Z\""))
    }

    @Test func `what crosses a threshold is drawn over it, the last value and the limit are named`()
    {
        let svg = ChartDrawing(Self.chart([.init(0), .init(10)]), .utc).svg
        #expect(
            svg.contains(
                "<clipPath id=\"t-beyond-1\"><rect x=\"0\" y=\"0\" width=\"1000\" height=\"200\"/>"
            )
        )
        #expect(svg.contains(">Limit 8.0 °C</text>"))
        #expect(svg.contains("y=\"0%\">10.0</text>"))
    }

    @Test func `text is harmless and said to those who do not see, and there is no style in it`() {
        let svg = ChartDrawing(Self.chart([.init(1)]), .utc).svg
        #expect(
            svg.contains(
                "<title id=\"t-title\">Cold &lt;cell&gt;</title><desc id=\"t-text\">It &amp; that"
            )
        )
        #expect(!svg.contains("style"))
    }

    @Test func `the table has the same numbers`() {
        let json = Self.chart([.init(1.25, low: 1, high: 2), nil]).json(TextTests.viewpoint())
        #expect(json["table"]?["heads"] == ["inside", "lowest", "highest"])
        let rows = json["table"]?["rows"]?.array ?? []
        #expect(rows[0]["numbers"] == ["1.3", "1.0", "2.0"])
        #expect(rows[1]["numbers"] == ["–", "–", "–"])
        #expect(rows[0]["place"] == "1 Mar 2026, 18:04:56 IST")
    }

    @Test func `a chart of nothing draws nothing`() {
        let json = Self.chart([nil, nil]).json(TextTests.viewpoint())
        #expect(json["svg"] == .null && json["table"] == .null)
    }

    @Test func `names at the ends of lines keep their distance`() {
        let ends = [0.5, 0.51, 0.52, 0.99].enumerated().map {
            ChartEnd(series: $0.offset + 1, at: $0.element, text: "")
        }
        let apart = ChartEnd.apart(ends).map(\.at).sorted()
        #expect(zip(apart, apart.dropFirst()).allSatisfy { $1 - $0 > ChartEnd.distanceMin - 1e-9 })
        #expect(apart.last == 0.99)
    }
}
