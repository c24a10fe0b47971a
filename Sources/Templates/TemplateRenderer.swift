import Base

/// Walks a template's tree with a stack of contexts and appends what it says.
struct TemplateRenderer {
    /// The blocks that templates further out replace, outermost first: those win.
    typealias Replacements = [[String: [TemplateNode]]]

    let templates: [Template]
    let indices: [String: Int]
    let missing: MissingTemplate
    let limits: TemplateLimits
    let escapes: Bool

    private var contexts: [JSON]
    private var output: [UInt8] = []
    private var current = 0
    private var depth = 0
    private var steps = 0
    private var indentation: [UInt8] = []
    private var atLineStart = true

    init(
        templates: [Template],
        indices: [String: Int],
        missing: MissingTemplate,
        limits: TemplateLimits,
        data: JSON,
        escapes: Bool
    ) {
        self.templates = templates
        self.indices = indices
        self.missing = missing
        self.limits = limits
        self.escapes = escapes
        contexts = [data]
    }

    mutating func render(_ template: Int) throws(TemplateError) -> [UInt8] {
        current = template
        try render(templates[template].nodes, [])
        return output
    }

    private mutating func render(
        _ nodes: [TemplateNode],
        _ replacements: Replacements
    ) throws(TemplateError) {
        for node in nodes {
            steps += 1
            guard steps <= limits.stepsMax, output.count <= limits.outputBytesMax else {
                throw failure("the output does not come to an end")
            }
            switch node {
            case .text(let text): append(text.bytes)
            case .variable(let path, let escaped): interpolate(path, escaped: escaped && escapes)
            case .section(let path, let inverted, let children):
                try section(path, inverted: inverted, children, replacements)
            case .include(let include): try self.include(include, replacements)
            case .block(let block): try self.block(block, replacements)
            }
        }
    }

    private mutating func section(
        _ path: [String],
        inverted: Bool,
        _ children: [TemplateNode],
        _ replacements: Replacements
    ) throws(TemplateError) {
        let value = find(path)
        guard !inverted else {
            if !value.isTrue { try descend(into: nil, children, replacements) }
            return
        }
        guard value.isTrue else { return }
        if case .array(let items) = value {
            for item in items { try descend(into: item, children, replacements) }
        } else {
            try descend(into: value, children, replacements)
        }
    }

    private mutating func descend(
        into context: JSON?,
        _ nodes: [TemplateNode],
        _ replacements: Replacements
    ) throws(TemplateError) {
        try checkDepth(line: nil)
        depth += 1
        if let context { contexts.append(context) }
        try render(nodes, replacements)
        if context != nil { contexts.removeLast() }
        depth -= 1
    }

    private func checkDepth(line: Int?) throws(TemplateError) {
        guard depth < limits.depthMax else {
            throw failure(
                "nested deeper than \(limits.depthMax): does it include itself?",
                line: line
            )
        }
    }

    private mutating func include(
        _ include: TemplateInclude,
        _ replacements: Replacements
    ) throws(TemplateError) {
        guard let template = try target(of: include) else { return }
        var replacements = replacements
        if !include.arguments.isEmpty { replacements.append(include.arguments) }
        let (outer, outerIndentation) = (current, indentation)
        if include.placement.standalone {
            indentation += include.placement.indentation
            atLineStart = true
        } else {
            // Only a tag alone on its line indents what it includes; this one has begun its line.
            indentIfAtLineStart()
            indentation = []
        }
        // Before the current template changes, so that the tag that includes is named.
        try checkDepth(line: include.line)
        current = template
        try descend(into: nil, templates[template].nodes, replacements)
        current = outer
        indentation = outerIndentation
        atLineStart = include.placement.standalone
    }

    private func target(of include: TemplateInclude) throws(TemplateError) -> Int? {
        switch include.target {
        case .template(let index): return index
        case .nothing: return nil
        case .named(let path):
            guard case .string(let name) = find(path) else { return nil }
            if let index = indices[name] { return index }
            guard missing == .empty else {
                throw failure("there is no template '\(name)'", line: include.line)
            }
            return nil
        }
    }

    private mutating func block(
        _ block: TemplateBlock,
        _ replacements: Replacements
    ) throws(TemplateError) {
        let outermost = replacements.firstIndex { $0[block.name] != nil }
        guard let outermost, let content = replacements[outermost][block.name] else {
            return try descend(into: nil, block.children, replacements)
        }
        let outerIndentation = indentation
        indentation += block.placement.indentation
        if block.placement.standalone { atLineStart = true }
        // What replaces a block sees the replacements from further out only, so never itself.
        try descend(into: nil, content, Array(replacements[..<outermost]))
        indentation = outerIndentation
        if block.placement.standalone { atLineStart = true }
    }

    private func find(_ path: [String]) -> JSON {
        guard let first = path.first else { return contexts.last ?? .null }
        for context in contexts.reversed() {
            guard case .object(let object) = context, var value = object[first] else { continue }
            for part in path.dropFirst() {
                guard let next = value[part] else { return .null }
                value = next
            }
            return value
        }
        return .null
    }

    private mutating func interpolate(_ path: [String], escaped: Bool) {
        indentIfAtLineStart()
        switch find(path) {
        case .null: break
        case .string(let text): append(text, escaped: escaped)
        case let other: append(other.text, escaped: escaped)
        }
    }

    private mutating func append(_ text: String, escaped: Bool) {
        if escaped { HTMLEscape.append(text, to: &output) } else { output += text.utf8 }
    }

    private mutating func append(_ text: [UInt8]) {
        guard !indentation.isEmpty else {
            output += text
            atLineStart = text.last == .newline
            return
        }
        for line in text.splitAfterNewlines {
            // A blank line stays blank: spaces at its end would help nobody.
            if !line.allSatisfy({ $0 == .newline || $0 == UInt8(ascii: "\r") }) {
                indentIfAtLineStart()
            }
            output += line
            atLineStart = line.last == .newline
        }
    }

    private mutating func indentIfAtLineStart() {
        if atLineStart { output += indentation }
        atLineStart = false
    }

    private func failure(_ problem: String, line: Int? = nil) -> TemplateError {
        TemplateError(file: templates[current].name, line: line, problem: problem)
    }
}

extension JSON {
    /// Whether a section shows: not for null, false, an empty list and an empty string.
    fileprivate var isTrue: Bool {
        switch self {
        case .null, .bool(false), .string(""), .array([]): false
        default: true
        }
    }
}

extension [UInt8] {
    fileprivate var splitAfterNewlines: [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < count {
            let end = self[start...].firstIndex(of: .newline).map { $0 + 1 } ?? count
            lines.append(self[start..<end])
            start = end
        }
        return lines
    }
}
