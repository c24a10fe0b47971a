import Glibc

/// Trees while they grow.
struct IsolationGrowth {
    private static let rowsWithReachMin = 8

    private let rows: [[Float]]
    private(set) var nodes: [IsolationNode] = []
    private(set) var roots: [UInt16] = []

    init(_ rows: [[Float]]) {
        self.rows = rows
    }

    /// One more tree, of a sample of the rows.
    mutating func grow(from count: Int, _ random: inout SeededRandom) {
        var places = Array(rows.indices)
        for place in 0..<min(count, places.count) {
            places.swapAt(place, Int.random(in: place..<places.count, using: &random))
        }
        roots.append(UInt16(nodes.count))
        let depthMax = Int(log(Double(count)) / log(2) + 0.999)
        split(Array(places.prefix(count)), depth: 0, depthMax: depthMax, &random)
    }

    private mutating func split(
        _ places: [Int],
        depth: Int,
        depthMax: Int,
        _ random: inout SeededRandom
    ) {
        let place = nodes.count
        guard places.count > 1, depth < depthMax, let cut = cut(places, &random) else {
            let below = IsolationGrowth.usualDepth(of: places.count)
            nodes.append(
                IsolationNode(
                    value: Float(Double(depth) + below),
                    reach: 0,
                    higher: 0,
                    feature: IsolationNode.leaf
                )
            )
            return
        }
        nodes.append(
            IsolationNode(
                value: cut.value,
                // Of few rows it is not known how far they spread.
                reach: places.count >= IsolationGrowth.rowsWithReachMin ? cut.span : .infinity,
                higher: 0,
                feature: UInt8(cut.feature)
            )
        )
        let lower = places.filter { rows[$0][cut.feature] < cut.value }
        let higher = places.filter { rows[$0][cut.feature] >= cut.value }
        split(lower, depth: depth + 1, depthMax: depthMax, &random)
        nodes[place].higher = UInt16(nodes.count)
        split(higher, depth: depth + 1, depthMax: depthMax, &random)
    }

    /// Somewhere within what a feature spreads over; nothing when no feature differs.
    private func cut(
        _ places: [Int],
        _ random: inout SeededRandom
    ) -> (feature: Int, value: Float, span: Float)? {
        let ranges = (rows.first ?? []).indices.compactMap { feature in
            let values = places.map { rows[$0][feature] }
            let (low, high) = (values.min() ?? 0, values.max() ?? 0)
            return low < high ? (feature: feature, low: low, high: high) : nil
        }
        guard let chosen = ranges.randomElement(using: &random) else { return nil }
        let share = Float(random.next() >> 40) / Float(1 << 24)
        let value = chosen.low + (chosen.high - chosen.low) * share
        // Rounded down to the lowest value it would leave nothing on one side.
        return (chosen.feature, max(value, chosen.low.nextUp), chosen.high - chosen.low)
    }

    /// How deep one of so many lies in a random tree.
    static func usualDepth(of count: Int) -> Double {
        guard count > 1 else { return 0 }
        guard count > 2 else { return 1 }
        let harmonic = log(Double(count - 1)) + 0.577_215_664_9
        return 2 * harmonic - 2 * Double(count - 1) / Double(count)
    }
}

/// The same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
