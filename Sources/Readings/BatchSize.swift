/// How many rows a statement gets: few different numbers, so that few texts are prepared.
///
/// What is short of one is filled up with rows that change nothing.
enum BatchSize {
    static let max = 512
    private static let sizes = [
        1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512,
    ]

    static func filledUp<Row>(_ rows: ArraySlice<Row>, with filler: (Row) -> Row) -> [Row] {
        guard let last = rows.last, let size = sizes.first(where: { $0 >= rows.count }) else {
            return Array(rows)
        }
        return rows + Array(repeating: filler(last), count: size - rows.count)
    }
}

extension Collection where SubSequence == ArraySlice<Element> {
    /// As many parts as it takes, one after the other.
    func inParts(of countMax: Int, _ body: (ArraySlice<Element>) throws -> Void) rethrows {
        var rest = self[startIndex...]
        while !rest.isEmpty {
            try body(rest.prefix(countMax))
            rest = rest.dropFirst(countMax)
        }
    }
}
