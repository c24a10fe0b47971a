/// What is counted by its size and belongs to no route; a new one is a new case, at any place.
package enum Histogram: Int, CaseIterable, Sendable {
    /// How long a transaction waited for the rows that it locked, in nanoseconds.
    case lockWait
    /// From a transaction's first lock to its end, in nanoseconds.
    case lockHold
    /// How many requests one transaction served.
    case gathered

    /// Each column counts what is at most its bound, the last one the rest.
    package var bounds: [UInt64] {
        switch self {
        case .lockWait, .lockHold: Histogram.nanoseconds
        case .gathered: Histogram.counts
        }
    }

    static let columns = 14
    /// The columns and the sum.
    static let words = columns + 1

    private static let nanoseconds: [UInt64] = [
        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000,
        10_000_000,
    ].map { $0 * 1000 }
    private static let counts: [UInt64] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 40, 48, 64]

    func column(of size: UInt64) -> Int {
        let bounds = bounds
        return bounds.firstIndex { size <= $0 } ?? bounds.count
    }
}

/// What a histogram has counted since the server started.
package struct HistogramFigures: Equatable, Sendable {
    package internal(set) var buckets = [UInt64](repeating: 0, count: Histogram.columns)
    package internal(set) var sum: UInt64 = 0
}
