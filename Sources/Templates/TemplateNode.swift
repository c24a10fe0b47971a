/// One step of a parsed template.
enum TemplateNode: Sendable {
    case text(TemplateText)
    case variable(path: [String], escaped: Bool)
    case section(path: [String], inverted: Bool, children: [TemplateNode])
    case include(TemplateInclude)
    case block(TemplateBlock)
}

/// Literal bytes; those that begin a line of the source may lose its indentation.
struct TemplateText: Sendable {
    var bytes: [UInt8]
    let startsLine: Bool
}

/// A partial or a parent: another template put here, with the blocks that this one replaces in it.
struct TemplateInclude: Sendable {
    /// The template that is meant: known when parsing, or named by the data.
    enum Target: Sendable {
        case template(Int)
        case named(path: [String])
        case nothing
    }

    let target: Target
    let arguments: [String: [TemplateNode]]
    var placement: TemplatePlacement
    let line: Int
}

/// A named place that another template may fill; the children are what stands there otherwise.
struct TemplateBlock: Sendable {
    let name: String
    var children: [TemplateNode]
    var placement: TemplatePlacement
}

/// How what is put in a place sits in its line.
struct TemplatePlacement: Sendable {
    /// Whether tags alone fill the line, so that lines begin and end with what is put here.
    let standalone: Bool
    /// What goes before each line of what is put here.
    var indentation: [UInt8]
}

extension TemplateNode {
    /// The same nodes without the indentation that the lines of their source share.
    static func dedent(_ nodes: [TemplateNode], by prefix: [UInt8]) -> [TemplateNode] {
        guard !prefix.isEmpty else { return nodes }
        return nodes.map { $0.dedented(by: prefix) }
    }

    private func dedented(by prefix: [UInt8]) -> TemplateNode {
        switch self {
        case .text(var text):
            text.bytes = text.bytes.removingPrefix(prefix, fromFirstLine: text.startsLine)
            return .text(text)
        case .variable:
            return self
        case .section(let path, let inverted, let children):
            let children = TemplateNode.dedent(children, by: prefix)
            return .section(path: path, inverted: inverted, children: children)
        case .include(var include):
            include.placement.dedent(by: prefix)
            return .include(include)
        case .block(var block):
            block.children = TemplateNode.dedent(block.children, by: prefix)
            block.placement.dedent(by: prefix)
            return .block(block)
        }
    }
}

extension TemplatePlacement {
    fileprivate mutating func dedent(by prefix: [UInt8]) {
        guard indentation.starts(with: prefix) else { return }
        indentation.removeFirst(prefix.count)
    }
}

extension [UInt8] {
    fileprivate func removingPrefix(_ prefix: [UInt8], fromFirstLine: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var at = 0
        var startsLine = fromFirstLine
        while at < count {
            if startsLine, self[at...].starts(with: prefix) { at += prefix.count }
            let end = self[at...].firstIndex(of: .newline).map { $0 + 1 } ?? count
            result += self[at..<end]
            at = end
            startsLine = true
        }
        return result
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")

    var isSpace: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
            || self == .newline
    }
}
