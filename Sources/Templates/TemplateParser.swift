/// Builds a template's tree from its tokens and resolves the names of other templates.
struct TemplateParser {
    /// Deeper nesting than any page needs; it bounds the parser's own stack.
    static let nestingMax = 64
    static let templateBytesMax = 1 << 20

    private let file: String
    private let tokens: [TemplateToken]
    private let resolve: (String) -> Int?
    private let missing: MissingTemplate
    private var at = 0

    static func parse(
        _ text: String,
        file: String,
        missing: MissingTemplate,
        resolve: @escaping (String) -> Int?
    ) throws(TemplateError) -> [TemplateNode] {
        guard text.utf8.count <= templateBytesMax else {
            throw TemplateError(file: file, problem: "longer than \(templateBytesMax) bytes")
        }
        let tokens = TemplateLines.arrange(try TemplateScanner.scan(text, file: file))
        var parser = TemplateParser(file: file, tokens: tokens, resolve: resolve, missing: missing)
        return try parser.nodes(inside: nil, nesting: 0)
    }

    private init(
        file: String,
        tokens: [TemplateToken],
        resolve: @escaping (String) -> Int?,
        missing: MissingTemplate
    ) {
        self.file = file
        self.tokens = tokens
        self.resolve = resolve
        self.missing = missing
    }

    private mutating func nodes(
        inside opening: TemplateToken?,
        nesting: Int
    ) throws(TemplateError) -> [TemplateNode] {
        guard nesting <= Self.nestingMax else {
            throw failure("nested deeper than \(Self.nestingMax) tags", at: opening)
        }
        var nodes: [TemplateNode] = []
        while at < tokens.count {
            let token = tokens[at]
            at += 1
            switch token.kind {
            case .text: nodes.append(token)
            case .variable(let escaped):
                nodes.append(.variable(path: try path(of: token), escaped: escaped))
            case .section(let inverted):
                let path = try path(of: token)
                let children = try self.nodes(inside: token, nesting: nesting + 1)
                nodes.append(.section(path: path, inverted: inverted, children: children))
            case .partial: nodes.append(.include(try include(token, arguments: [:])))
            case .parent:
                let arguments = try arguments(of: token, nesting: nesting + 1)
                nodes.append(.include(try include(token, arguments: arguments)))
            case .block: nodes.append(.block(try block(token, nesting: nesting + 1)))
            case .close:
                try check(token, closes: opening)
                return nodes
            case .comment, .delimiters: break
            }
        }
        if let opening { throw failure("'\(opening.name)' is not closed", at: opening) }
        return nodes
    }

    private mutating func block(
        _ token: TemplateToken,
        nesting: Int
    ) throws(TemplateError) -> TemplateBlock {
        let children = try nodes(inside: token, nesting: nesting)
        return TemplateBlock(name: token.name, children: children, placement: token.placement)
    }

    /// The blocks right inside a parent; the specification ignores whatever else stands there.
    private mutating func arguments(
        of parent: TemplateToken,
        nesting: Int
    ) throws(TemplateError) -> [String: [TemplateNode]] {
        guard nesting <= Self.nestingMax else {
            throw failure("nested deeper than \(Self.nestingMax) tags", at: parent)
        }
        var arguments: [String: [TemplateNode]] = [:]
        while at < tokens.count {
            let token = tokens[at]
            at += 1
            switch token.kind {
            case .block:
                guard arguments[token.name] == nil else {
                    throw failure("the block '\(token.name)' is given twice", at: token)
                }
                let children = try nodes(inside: token, nesting: nesting + 1)
                arguments[token.name] = TemplateNode.dedent(children, by: token.contentIndentation)
            case .section: _ = try nodes(inside: token, nesting: nesting + 1)
            case .parent: _ = try self.arguments(of: token, nesting: nesting + 1)
            case .close:
                try check(token, closes: parent)
                return arguments
            case .text, .variable, .partial, .comment, .delimiters: break
            }
        }
        throw failure("'\(parent.name)' is not closed", at: parent)
    }

    private func include(
        _ token: TemplateToken,
        arguments: [String: [TemplateNode]]
    ) throws(TemplateError) -> TemplateInclude {
        TemplateInclude(
            target: try target(of: token),
            arguments: arguments,
            placement: token.placement,
            line: token.line
        )
    }

    private func target(of token: TemplateToken) throws(TemplateError) -> TemplateInclude.Target {
        let name = token.name
        if name.first == "*" {
            return .named(path: try path(String(name.dropFirst()), at: token))
        }
        if let index = resolve(name) { return .template(index) }
        guard missing == .empty else { throw failure("there is no template '\(name)'", at: token) }
        return .nothing
    }

    private func path(of token: TemplateToken) throws(TemplateError) -> [String] {
        try path(token.name, at: token)
    }

    /// The parts of a dotted name; none for the implicit iterator.
    private func path(_ name: String, at token: TemplateToken) throws(TemplateError) -> [String] {
        guard name != "." else { return [] }
        let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty }) else {
            throw failure("the name '\(name)' has an empty part", at: token)
        }
        return parts.map { String(Substring($0)) }
    }

    private func check(
        _ closing: TemplateToken,
        closes opening: TemplateToken?
    ) throws(TemplateError) {
        guard let opening else {
            throw failure("'\(closing.name)' is closed but was not opened", at: closing)
        }
        guard opening.bytes == closing.bytes else {
            throw failure(
                "'\(closing.name)' is closed inside '\(opening.name)' of line \(opening.line)",
                at: closing
            )
        }
    }

    private func failure(_ problem: String, at token: TemplateToken?) -> TemplateError {
        TemplateError(file: file, line: token?.line, problem: problem)
    }
}

extension [TemplateNode] {
    fileprivate mutating func append(_ token: TemplateToken) {
        guard !token.bytes.isEmpty else { return }
        if case .text(var text) = last {
            // Out of the array first: with two owners each append would copy the text.
            removeLast()
            text.bytes += token.bytes
            append(.text(text))
        } else {
            append(.text(TemplateText(bytes: [UInt8](token.bytes), startsLine: token.startsLine)))
        }
    }
}
