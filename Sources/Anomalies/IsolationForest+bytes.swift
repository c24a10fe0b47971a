/// A forest as it is kept: some ten thousand bytes.
extension IsolationForest {
    private static let mark: UInt8 = 1
    private static let nodeBytes = 11

    package var bytes: [UInt8] {
        var bytes: [UInt8] = [IsolationForest.mark, UInt8(medians.count)]
        bytes.reserveCapacity(16 + medians.count * 4 + nodes.count * IsolationForest.nodeBytes)
        IsolationForest.append(threshold.bitPattern, to: &bytes)
        for median in medians { IsolationForest.append(median.bitPattern, to: &bytes) }
        IsolationForest.append(UInt16(roots.count), to: &bytes)
        for root in roots { IsolationForest.append(root, to: &bytes) }
        IsolationForest.append(UInt16(nodes.count), to: &bytes)
        for node in nodes {
            bytes.append(node.feature)
            IsolationForest.append(node.value.bitPattern, to: &bytes)
            IsolationForest.append(node.higher, to: &bytes)
            IsolationForest.append(node.reach.bitPattern, to: &bytes)
        }
        return bytes
    }

    /// Nothing for what `bytes` cannot have made: every way through it ends.
    package init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes)
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

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) {
            rest = bytes[...]
        }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func byte() -> UInt8? { rest.popFirst() }

        mutating func short() -> UInt16? { number() }

        mutating func float() -> Float? { (number() as UInt32?).map(Float.init(bitPattern:)) }

        mutating func node() -> IsolationNode? {
            guard let feature = byte(), let value = float(), let higher = short(),
                let reach = float()
            else { return nil }
            return IsolationNode(feature: feature, value: value, higher: higher, reach: reach)
        }

        mutating func list<Item>(_ count: Int, _ read: (inout Reader) -> Item?) -> [Item]? {
            var items: [Item] = []
            for _ in 0..<count {
                guard let item = read(&self) else { return nil }
                items.append(item)
            }
            return items
        }

        private mutating func number<Number: FixedWidthInteger>() -> Number? {
            let width = Number.bitWidth / 8
            guard rest.count >= width else { return nil }
            defer { rest = rest.dropFirst(width) }
            return rest.prefix(width).reversed().reduce(0) { $0 << 8 | Number($1) }
        }
    }
}
