import Base
import Testing

@testable import Anomalies

@Suite struct IsolationForestTests {
    /// Two weeks of hours of a cold cell: the compressor's swing, warmer by day, some noise.
    private static func cell(seed: UInt64) -> [[Double]] {
        var random = SeededRandom(seed)
        func noise(_ size: Double) -> Double { Double.random(in: -size...size, using: &random) }
        let hours = (0..<336).map { hour in
            let day = Double((hour % 24) - 12)
            let mean = -18 - 0.004 * day * day + noise(0.15)
            let half = 0.6 + noise(0.1)
            return HourSummary(mean: mean, min: mean - half, max: mean + half)
        }
        return (24..<hours.count).map { hour in
            HourFeature.row(hours[hour], after: hours[hour - 1], usual: hours[hour - 24].mean)
        }
    }

    private func forest(seed: UInt64 = 1) throws -> IsolationForest {
        try #require(IsolationForest(Self.cell(seed: 7), seed: seed))
    }

    @Test func `too little to learn from is nothing`() {
        #expect(IsolationForest(Array(Self.cell(seed: 7).prefix(63)), seed: 1) == nil)
        #expect(IsolationForest([], seed: 1) == nil)
        let broken = Self.cell(seed: 7) + [[1, 2, 3]]
        #expect(IsolationForest(broken, seed: 1) == nil)
        #expect(IsolationForest(Self.cell(seed: 7) + [[1, 2, 3, .nan]], seed: 1) == nil)
    }

    @Test func `what is usual is hardly ever called unusual`() throws {
        let forest = try forest()
        // Weeks that it has not seen.
        let rows = (100..<103).flatMap { Self.cell(seed: $0) }
        let wrong = rows.filter { forest.unusual($0) != nil }.count
        #expect(Double(wrong) / Double(rows.count) < 0.02, "\(wrong) of \(rows.count)")
    }

    private static let unusualRows: [(row: [Double], features: Set<HourFeature>)] = [
        ([-12, 1.2, 0, 6.2], [.level, .difference]), ([-18, 6, 0, 0], [.spread]),
        ([-18, 0, 0, 0], [.spread]), ([-18, 1.2, 3, 0], [.change]), ([-18, 1.2, -3, 0], [.change]),
        ([-18, 1.2, 0, 3], [.difference]),
    ]

    @Test(arguments: unusualRows)
    func `what is unusual is found, and what stands out is named`(
        row: [Double],
        features: Set<HourFeature>
    ) throws {
        let forest = try forest()
        let found = forest.unusual(row)
        let unusual = try #require(found, "score \(forest.score(row)) of \(forest.threshold)")
        let feature = try #require(forest.standsOut(row).flatMap(HourFeature.init))
        #expect(features.contains(feature))
        let isMore = row[feature.rawValue] > Double(forest.medians[feature.rawValue])
        #expect(unusual.explanation.contains(feature.words(isMore: isMore)))
    }

    @Test func `the same seed makes the same forest, another one another`() throws {
        #expect(try forest().bytes == forest().bytes)
        #expect(try forest().bytes != forest(seed: 2).bytes)
    }

    @Test func `a forest is read as it was written, and is small`() throws {
        let forest = try forest()
        let bytes = forest.bytes
        let isSame = IsolationForest(bytes) == forest
        #expect(isSame)
        #expect(bytes.count < 50_000, "\(bytes.count) bytes")
    }

    @Test func `what is broken is no forest, and no forest leads anywhere but to an end`() throws {
        let bytes = try forest().bytes
        for count in [0, 1, 5, 100, bytes.count - 1] {
            #expect(IsolationForest(Array(bytes.prefix(count))) == nil)
        }
        #expect(IsolationForest(bytes + [0]) == nil)
        var random = SeededRandom(3)
        for _ in 0..<200 {
            var changed = bytes
            for _ in 0..<3 {
                changed[Int.random(in: 0..<changed.count, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            guard let forest = IsolationForest(changed), forest.featureCount == 4 else { continue }
            _ = forest.score([-18, 1, 0, 0])
        }
    }

    /// Without optimisation, and beside other tests: a hundred times what it takes else.
    @Test func `a row is scored in a moment`() throws {
        let forest = try forest()
        let row = [-18.1, 1.1, 0.1, 0.1]
        let began = monotonicNanoseconds()
        var sum = 0.0
        for _ in 0..<1000 { sum += forest.score(row) }
        let nanoseconds = (monotonicNanoseconds() - began) / 1000
        #expect(sum > 0)
        #expect(nanoseconds < 1_000_000, "\(nanoseconds) ns")
    }
}
