/// A forest as it is kept: some ten thousand bytes.
extension IsolationForest {
    private static let mark: UInt8 = 1
    private static let nodeBytes = 11

    package var bytes: [UInt8] {
        var bytes: [UInt8] = [IsolationForest.mark, UInt8(medians.count)]
        bytes.reserveCapacity(16 + medians.count * 4 + nodes.count * IsolationForest.nodeBytes)
        bytes.append(threshold.bitPattern)
        for median in medians { bytes.append(median.bitPattern) }
        bytes.append(UInt16(roots.count))
        for root in roots { bytes.append(root) }
        bytes.append(UInt16(nodes.count))
        for node in nodes {
            bytes.append(node.feature)
            bytes.append(node.value.bitPattern)
            bytes.append(node.higher)
            bytes.append(node.reach.bitPattern)
        }
        return bytes
    }

    /// Nothing for what `bytes` cannot have made: every way through it ends.
    package init?(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.byte() == IsolationForest.mark, let features = reader.byte(),
            (1...IsolationForest.featuresMax).contains(Int(features)),
            let threshold = reader.float(),
            let medians = reader.list(Int(features), { $0.float() }),
            let rootCount = reader.short(), rootCount > 0,
            let roots = reader.list(Int(rootCount), { $0.short() }),
            let nodeCount = reader.short(),
            let nodes = reader.list(Int(nodeCount), { $0.node() }),
            reader.isAtEnd
        else { return nil }
        let isSound =
            roots.allSatisfy { $0 < nodeCount }
            && nodes.enumerated().allSatisfy { place, node in
                node.feature == IsolationNode.leaf
                    || node.feature < features && node.higher > place + 1 && node.higher < nodeCount
            }
        guard isSound else { return nil }
        self.init(threshold: threshold, medians: medians, nodes: nodes, roots: roots)
    }
}

extension ByteReader {
    fileprivate mutating func node() -> IsolationNode? {
        guard let feature = byte(), let value = float(), let higher = short(), let reach = float()
        else { return nil }
        return IsolationNode(value: value, reach: reach, higher: higher, feature: feature)
    }
}
