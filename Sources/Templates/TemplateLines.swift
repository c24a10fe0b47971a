/// Finds the lines of tags alone: they leave no line behind, and indent what they put there.
struct TemplateLines {
    private var tokens: [TemplateToken]
    /// The kinds of the tags that are open where the next line begins.
    private var open: [TemplateToken.Kind] = []

    static func arrange(_ tokens: [TemplateToken]) -> [TemplateToken] {
        var lines = TemplateLines(tokens: tokens)
        let ranges = lines.ranges()
        let indentations = ranges.map { lines.indentation(of: $0) }
        for (number, range) in ranges.enumerated() {
            lines.arrange(range, indentation: indentations[number]) { tokens in
                var next = number + 1
                while next < ranges.count, tokens[ranges[next]].allSatisfy(\.isBlank) { next += 1 }
                guard next < ranges.count else { return nil }
                let first = tokens[ranges[next]].first { !$0.isBlank }
                return first?.kind == .close ? nil : indentations[next]
            }
        }
        return lines.tokens
    }

    private init(tokens: [TemplateToken]) {
        self.tokens = tokens
    }

    private func ranges() -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for (index, token) in tokens.enumerated()
        where token.kind == .text && token.bytes.last == .newline {
            ranges.append(start..<index + 1)
            start = index + 1
        }
        if start < tokens.count { ranges.append(start..<tokens.count) }
        return ranges
    }

    private func indentation(of range: Range<Int>) -> [UInt8] {
        let first = tokens[range.lowerBound]
        guard first.kind == .text else { return [] }
        return Array(first.bytes.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
    }

    private mutating func arrange(
        _ range: Range<Int>,
        indentation: [UInt8],
        indentationOfNextLine: ([TemplateToken]) -> [UInt8]?
    ) {
        let tags = range.filter { tokens[$0].kind != .text }
        let nesting = follow(tags)
        guard let firstTag = tags.first else { return }
        let hasOnlyTags = range.allSatisfy { tokens[$0].kind != .text || tokens[$0].isBlank }
        if hasOnlyTags, nesting.mayStandAlone {
            let content = indentationOfNextLine(tokens) ?? indentation
            for index in range where tokens[index].kind == .text { tokens[index].bytes = [] }
            for index in tags {
                let opensLines = tokens[index].kind == .block && !nesting.closedHere.contains(index)
                let indentation = opensLines ? content : indentation
                tokens[index].placement = .init(standalone: true, indentation: indentation)
                if opensLines { tokens[index].contentIndentation = content }
            }
        } else if tokens[firstTag].kind == .block,
            tokens[range.lowerBound..<firstTag].allSatisfy(\.isBlank)
        {
            tokens[firstTag].placement = .init(standalone: false, indentation: indentation)
        }
    }

    /// What one line opens and closes.
    private struct Nesting {
        var closedHere: Set<Int> = []
        var mayStandAlone = true
    }

    private mutating func follow(_ tags: [Int]) -> Nesting {
        var nesting = Nesting()
        var openedHere: [(index: Int, isArgument: Bool)] = []
        for index in tags {
            var kind = tokens[index].kind
            switch kind {
            case .section, .parent, .block:
                openedHere.append((index, isArgument: open.last == .parent))
                open.append(kind)
            case .close:
                kind = open.popLast() ?? .close
                guard let opening = openedHere.popLast() else { break }
                nesting.closedHere.insert(opening.index)
                // Such a block is content of its line, unless a parent takes it.
                if kind == .block, !opening.isArgument { nesting.mayStandAlone = false }
            case .variable:
                nesting.mayStandAlone = false
            case .text, .partial, .comment, .delimiters: break
            }
            // A parent and its blocks may share a line: the specification's "Standalone parent".
            if tags.count > 1, kind != .parent, kind != .block { nesting.mayStandAlone = false }
        }
        return nesting
    }
}

extension TemplateToken {
    fileprivate var isBlank: Bool { kind == .text && bytes.allSatisfy(\.isSpace) }
}
