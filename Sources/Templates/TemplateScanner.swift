/// A piece of a template's source: literal text of at most one line, or a tag.
struct TemplateToken {
    enum Kind: Equatable {
        case text
        case variable(escaped: Bool)
        case section(inverted: Bool)
        case partial
        case parent
        case block
        case close
        case comment
        case delimiters
    }

    let kind: Kind
    var bytes: ArraySlice<UInt8>
    let line: Int
    var startsLine = false
    var placement = TemplatePlacement(standalone: false, indentation: [])
    /// What the lines of a block's content share at their beginning.
    var contentIndentation: [UInt8] = []

    var name: String { String(decoding: bytes, as: UTF8.self) }
}

/// Cuts a template's source into tokens; knows delimiters and nothing of nesting.
struct TemplateScanner {
    private let file: String
    private let source: [UInt8]
    private var at = 0
    private var line = 1
    private var opening: [UInt8] = Array("{{".utf8)
    private var closing: [UInt8] = Array("}}".utf8)
    private var tokens: [TemplateToken] = []

    static func scan(_ text: String, file: String) throws(TemplateError) -> [TemplateToken] {
        var scanner = TemplateScanner(file: file, source: Array(text.utf8))
        while scanner.at < scanner.source.count {
            scanner.text()
            if scanner.at < scanner.source.count { try scanner.tag() }
        }
        return scanner.tokens
    }

    private init(file: String, source: [UInt8]) {
        self.file = file
        self.source = source
    }

    private mutating func text() {
        var start = at
        while at < source.count, !matches(opening) {
            at += 1
            guard source[at - 1] == .newline else { continue }
            appendText(from: start)
            line += 1
            start = at
        }
        if start < at { appendText(from: start) }
    }

    private mutating func appendText(from start: Int) {
        var token = TemplateToken(kind: .text, bytes: source[start..<at], line: line)
        token.startsLine = start == 0 || source[start - 1] == .newline
        tokens.append(token)
    }

    private mutating func tag() throws(TemplateError) {
        let tagLine = line
        at += opening.count
        guard at < source.count else { throw failure("a tag is not closed", line: tagLine) }
        let (kind, sigilLength, ending) = shape(of: source[at])
        at += sigilLength
        guard let end = find(ending) else { throw failure("a tag is not closed", line: tagLine) }
        let content = normalized(source[at..<end].trimmed, kind: kind)
        line += source[at..<end].count { $0 == .newline }
        at = end + ending.count
        switch kind {
        case .comment: break
        case .delimiters: try changeDelimiters(content, line: tagLine)
        default: try checkName(content, kind: kind, line: tagLine)
        }
        tokens.append(TemplateToken(kind: kind, bytes: content, line: tagLine))
    }

    private func shape(of sigil: UInt8) -> (TemplateToken.Kind, length: Int, ending: [UInt8]) {
        switch sigil {
        case UInt8(ascii: "#"): (.section(inverted: false), 1, closing)
        case UInt8(ascii: "^"): (.section(inverted: true), 1, closing)
        case UInt8(ascii: "/"): (.close, 1, closing)
        case UInt8(ascii: ">"): (.partial, 1, closing)
        case UInt8(ascii: "<"): (.parent, 1, closing)
        case UInt8(ascii: "$"): (.block, 1, closing)
        case UInt8(ascii: "!"): (.comment, 1, closing)
        case UInt8(ascii: "&"): (.variable(escaped: false), 1, closing)
        case UInt8(ascii: "{"): (.variable(escaped: false), 1, [UInt8(ascii: "}")] + closing)
        case UInt8(ascii: "="): (.delimiters, 1, [UInt8(ascii: "=")] + closing)
        default: (.variable(escaped: true), 0, closing)
        }
    }

    /// The star of a dynamic name may stand apart from it.
    private func normalized(
        _ content: ArraySlice<UInt8>,
        kind: TemplateToken.Kind
    ) -> ArraySlice<UInt8> {
        guard content.first == UInt8(ascii: "*") else { return content }
        guard kind == .partial || kind == .parent || kind == .close else { return content }
        return [UInt8(ascii: "*")] + content.dropFirst().trimmed
    }

    private mutating func changeDelimiters(
        _ content: ArraySlice<UInt8>,
        line: Int
    ) throws(TemplateError) {
        let parts = content.split { $0.isSpace }
        guard parts.count == 2, !content.contains(UInt8(ascii: "=")) else {
            throw failure("a delimiter tag needs two delimiters, as in {{=<% %>=}}", line: line)
        }
        opening = Array(parts[0])
        closing = Array(parts[1])
    }

    private func checkName(
        _ name: ArraySlice<UInt8>,
        kind: TemplateToken.Kind,
        line: Int
    ) throws(TemplateError) {
        guard let first = name.first else { throw failure("a tag has no name", line: line) }
        let text = String(decoding: name, as: UTF8.self)
        guard !name.contains(where: \.isSpace) else {
            throw failure("the name '\(text)' has a space in it", line: line)
        }
        guard kind == .variable(escaped: true) else { return }
        guard !"#^/><$!&{=".utf8.contains(first) else {
            throw failure("write no space before '\(text)'", line: line)
        }
    }

    private func matches(_ delimiter: [UInt8]) -> Bool {
        source[at] == delimiter[0] && source[at...].starts(with: delimiter)
    }

    private func find(_ delimiter: [UInt8]) -> Int? {
        guard source.count >= delimiter.count else { return nil }
        let last = source.count - delimiter.count
        guard at <= last else { return nil }
        return (at...last).first {
            source[$0] == delimiter[0] && source[$0...].starts(with: delimiter)
        }
    }

    private func failure(_ problem: String, line: Int) -> TemplateError {
        TemplateError(file: file, line: line, problem: problem)
    }
}

extension ArraySlice<UInt8> {
    var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isSpace }),
            let last = lastIndex(where: { !$0.isSpace })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}
