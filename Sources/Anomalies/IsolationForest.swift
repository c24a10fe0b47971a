import Glibc

/// Learns what is usual of some features together, without being told what is not: what is few and
/// different is told apart from the rest by fewer random cuts.
///
/// The same rows and seed make the same forest, to the byte.
package struct IsolationForest: Sendable, Equatable {
    package static let featuresMax = 16
    package static let rowsMin = 64
    private static let treesCount = 48
    private static let sampleCount = 64
    /// Behind all of what was learned but its most unusual, and a bit more: an alert that is none
    /// costs people their trust.
    private static let thresholdQuantile = 0.995
    private static let thresholdMargin = 0.04
    private static let thresholdMin = 0.6

    /// From nought to one; about a half is what is neither.
    package private(set) var threshold: Float
    /// Of what was learned, by feature.
    let medians: [Float]
    /// All trees' nodes, each tree from its root on; the lower branch follows its node.
    let nodes: [IsolationNode]
    let roots: [UInt16]

    init(threshold: Float, medians: [Float], nodes: [IsolationNode], roots: [UInt16]) {
        self.threshold = threshold
        self.medians = medians
        self.nodes = nodes
        self.roots = roots
    }

    /// Nothing of too few rows; each has all features.
    package init?(_ rows: [[Double]], seed: UInt64) {
        guard rows.count >= IsolationForest.rowsMin, let features = rows.first?.count,
            (1...IsolationForest.featuresMax).contains(features),
            rows.allSatisfy({ $0.count == features && $0.allSatisfy(\.isFinite) })
        else { return nil }
        var random = SeededRandom(seed)
        var growth = IsolationGrowth(rows.map { $0.map { Float($0) } })
        for _ in 0..<IsolationForest.treesCount {
            growth.grow(from: IsolationForest.sampleCount, &random)
        }
        self.init(
            threshold: 1,
            medians: (0..<features).map { feature in
                Float(rows.map { $0[feature] }.sorted()[rows.count / 2])
            },
            nodes: growth.nodes,
            roots: growth.roots
        )
        let scores = rows.map { score($0) }.sorted()
        let place = Int(Double(scores.count - 1) * IsolationForest.thresholdQuantile)
        threshold = Float(
            max(
                scores[place] + IsolationForest.thresholdMargin,
                IsolationForest.thresholdMin
            )
        )
    }

    package var featureCount: Int { medians.count }

    /// How easily the features are told apart from what was learned, from nought to one.
    package func score(_ features: [Double]) -> Double {
        precondition(features.count == featureCount, "A row has as many features as were learned.")
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: features.count) { row in
            for (place, value) in features.enumerated() { row[place] = Float(value) }
            var depth: Float = 0
            nodes.withUnsafeBufferPointer { nodes in
                for root in roots { depth += IsolationForest.depth(of: row, nodes, from: root) }
            }
            return score(meanDepth: Double(depth) / Double(roots.count))
        }
    }

    package func isUnusual(_ features: [Double]) -> Bool {
        score(features) > Double(threshold)
    }

    /// The feature that stands out: with its usual value, the rest would be the most usual.
    package func standsOut(_ features: [Double]) -> Int? {
        let whole = score(features)
        var best: (feature: Int, gain: Double)?
        for feature in features.indices {
            var tamed = features
            tamed[feature] = Double(medians[feature])
            let gain = whole - score(tamed)
            if gain > best?.gain ?? 0 { best = (feature, gain) }
        }
        return best?.feature
    }

    private static func depth(
        of row: UnsafeMutableBufferPointer<Float>,
        _ nodes: UnsafeBufferPointer<IsolationNode>,
        from root: UInt16
    ) -> Float {
        var place = Int(root)
        var depth: Float = 1
        while true {
            let node = nodes[place]
            guard node.feature != IsolationNode.leaf else { return node.value }
            let value = row[Int(node.feature)]
            // It lies further out than anything here spread: it is alone.
            guard (value - node.value).magnitude <= node.reach else { return depth }
            place = value < node.value ? place + 1 : Int(node.higher)
            depth += 1
        }
    }

    private func score(meanDepth: Double) -> Double {
        exp2(
            -meanDepth / IsolationGrowth.usualDepth(of: IsolationForest.sampleCount)
        )
    }
}

/// A cut, or the end of a branch; the widest first, so that it takes twelve bytes.
struct IsolationNode: Sendable, Equatable {
    static let leaf: UInt8 = 0xFF

    /// Where it is cut; of a leaf, how deep it lies.
    var value: Float
    /// How far from the cut something may lie that still belongs here.
    var reach: Float
    /// The place of the branch with what is not below the cut.
    var higher: UInt16
    /// Which feature is cut, or `leaf`.
    var feature: UInt8
}
