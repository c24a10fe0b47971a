package import Base
import Synchronization

/// What all processes together had counted at one moment; two of them say what happened between.
package struct LoadSample: Equatable, Sendable {
    package internal(set) var at: Instant
    /// By the first digit of the status, from 2 to 5.
    package internal(set) var answers = [UInt64](repeating: 0, count: LoadSample.classes)
    package internal(set) var buckets = [UInt64](repeating: 0, count: LatencyBucket.columns)
    package internal(set) var requestNanoseconds: UInt64 = 0
    package internal(set) var databaseNanoseconds: UInt64 = 0

    static let classes = 4
    static let words = 1 + classes + LatencyBucket.columns + 2

    init(at: Instant) {
        self.at = at
    }

    init(words: [UInt64]) {
        at = Instant(milliseconds: Int64(bitPattern: words[0]))
        let rest = words.dropFirst()
        answers = Array(rest.prefix(LoadSample.classes))
        buckets = Array(rest.dropFirst(LoadSample.classes).prefix(LatencyBucket.columns))
        requestNanoseconds = words[words.count - 2]
        databaseNanoseconds = words[words.count - 1]
    }

    var words: [UInt64] {
        [UInt64(bitPattern: at.milliseconds)] + answers + buckets
            + [requestNanoseconds, databaseNanoseconds]
    }

    mutating func add(_ figures: RouteFigures) {
        for (column, count) in figures.statuses.enumerated() {
            guard column < StatusCode.counted.count else { continue }
            answers[StatusCode.counted[column] / 100 - 2] &+= count
        }
        for (column, count) in figures.buckets.enumerated() { buckets[column] &+= count }
        requestNanoseconds &+= figures.nanoseconds
    }
}

/// What happened between two samples.
package struct LoadInterval: Equatable, Sendable {
    package let from: Instant
    package let to: Instant
    /// Answers a second by the first digit of the status, from 2 to 5.
    package let answersPerSecond: [Double]
    /// Nothing when nothing was asked.
    package let medianMs: Double?
    package let slowestPercentMs: Double?
    /// Of the time that requests took, how much was spent on the database.
    package let databaseShare: Double?

    package init?(_ earlier: LoadSample, _ later: LoadSample) {
        let milliseconds = later.at.milliseconds - earlier.at.milliseconds
        guard milliseconds > 0 else { return nil }
        from = earlier.at
        to = later.at
        answersPerSecond = zip(earlier.answers, later.answers).map {
            Double($1 &- $0) * 1000 / Double(milliseconds)
        }
        let buckets = zip(earlier.buckets, later.buckets).map { $1 &- $0 }
        medianMs = LatencyBucket.quantileMs(0.5, of: buckets)
        slowestPercentMs = LatencyBucket.quantileMs(0.99, of: buckets)
        let requests = later.requestNanoseconds &- earlier.requestNanoseconds
        let database = later.databaseNanoseconds &- earlier.databaseNanoseconds
        databaseShare = requests > 0 ? min(1, Double(database) / Double(requests)) : nil
    }

    /// At most so many of them, each as long as the others: neighbours are taken together.
    package static func between(_ samples: [LoadSample], countMax: Int) -> [LoadInterval] {
        guard samples.count > 1, countMax > 0 else { return [] }
        let step = (samples.count - 2) / countMax + 1
        // Counted from the newest, so that the last interval is whole.
        let ends = stride(from: samples.count - 1, to: -1, by: -step).reversed()
        return zip(ends, ends.dropFirst()).compactMap { LoadInterval(samples[$0], samples[$1]) }
    }
}

extension SharedScoreboard {
    /// Half an hour.
    package static let samplesMax = 360
    package static let sampleIntervalMs = 5_000

    /// Keeps what was counted so far, instead of the oldest; only the supervisor does.
    package func takeSample(at now: Instant) {
        var sample = LoadSample(at: now)
        for route in 0..<routeCount { sample.add(totals(route: route)) }
        sample.databaseNanoseconds = total(.databaseNanoseconds)
        let taken = samplesTaken.pointee.load(ordering: .relaxed)
        let place = samplePlace(taken)
        for (word, value) in sample.words.enumerated() {
            place[word].store(value, ordering: .relaxed)
        }
        samplesTaken.pointee.store(taken &+ 1, ordering: .releasing)
    }

    /// The oldest first, without the one that is overwritten next.
    package func samples() -> [LoadSample] {
        let taken = samplesTaken.pointee.load(ordering: .acquiring)
        let kept = min(taken, UInt64(SharedScoreboard.samplesMax - 1))
        return (taken - kept..<taken).map { number in
            let place = samplePlace(number)
            return LoadSample(
                words: (0..<LoadSample.words).map { place[$0].load(ordering: .relaxed) }
            )
        }
    }
}

extension LatencyBucket {
    /// The time that this share of the requests stayed below, in proportion within its bucket;
    /// nothing without requests.
    ///
    /// What lies beyond the last bound is told as that bound.
    package static func quantileMs(_ share: Double, of buckets: [UInt64]) -> Double? {
        let count = buckets.reduce(0, +)
        guard count > 0 else { return nil }
        let wanted = Double(count) * share
        var below = 0.0
        var lowest = 0.0
        for (bound, inBucket) in zip(boundsMicroseconds, buckets) {
            let highest = Double(bound) / 1000
            if inBucket > 0, below + Double(inBucket) >= wanted {
                return lowest + (highest - lowest) * (wanted - below) / Double(inBucket)
            }
            below += Double(inBucket)
            lowest = highest
        }
        return lowest
    }
}
