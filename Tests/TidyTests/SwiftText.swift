/// A Swift source taken apart: code without literals and comments, comments, and string literals.
struct SwiftText {
    struct Literal: Equatable {
        var line: Int
        var text = ""
        var interpolates = false
    }

    /// The code, with a pair of quotes for each literal and of ticks for each raw identifier.
    private(set) var code = ""
    private(set) var comments: [(line: Int, text: String)] = []
    private(set) var literals: [Literal] = []

    private let source: [UInt8]
    private var output: [UInt8] = []
    private var at = 0
    private var line = 1

    private let marksComments: Bool

    /// With marks, a pair of slashes stands in the code for each comment.
    init(_ text: String, marksComments: Bool = false) {
        source = Array(text.utf8)
        self.marksComments = marksComments
        while at < source.count { step() }
        code = String(decoding: output, as: UTF8.self)
    }

    var codeLines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }

    private mutating func step() {
        if starts("//") {
            comment(until: "\n")
        } else if starts("/*") {
            comment(until: "*/")
        } else if source[at] == UInt8(ascii: "`") {
            rawIdentifier()
        } else if let pounds = literalPounds() {
            literal(pounds: pounds)
        } else {
            output.append(source[at])
            advance()
        }
    }

    private mutating func comment(until end: String) {
        let (start, firstLine) = (at, line)
        while at < source.count, !starts(end) { advance(keepingNewlines: end != "\n") }
        if marksComments { output += "//".utf8 }
        comments.append((firstLine, String(decoding: source[start..<at], as: UTF8.self)))
        if end != "\n" { skip(end.utf8.count) }
    }

    private mutating func rawIdentifier() {
        advance()
        while at < source.count, source[at] != UInt8(ascii: "`") { advance() }
        skip(1)
        output += "``".utf8
    }

    /// How many pound signs open a string literal here; nothing when none begins.
    private func literalPounds() -> Int? {
        var end = at
        while end < source.count, source[end] == UInt8(ascii: "#") { end += 1 }
        guard end < source.count, source[end] == UInt8(ascii: "\"") else { return nil }
        return end - at
    }

    private mutating func literal(pounds: Int) {
        let tail = String(repeating: "#", count: pounds)
        skip(pounds)
        let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
        skip(quotes.utf8.count)
        var literal = Literal(line: line)
        var bytes: [UInt8] = []
        while at < source.count, !starts(quotes + tail) {
            if starts("\\\(tail)(") {
                literal.interpolates = true
                skip(tail.utf8.count + 2)
                interpolation()
            } else if starts("\\\(tail)") {
                skip(tail.utf8.count + 1)
                if at < source.count { advance(keepingNewlines: true) }
            } else {
                bytes.append(source[at])
                advance(keepingNewlines: true)
            }
        }
        skip(quotes.utf8.count + pounds)
        output += "\"\"".utf8
        literal.text = String(decoding: bytes, as: UTF8.self)
        literals.append(literal)
    }

    /// What stands between the parentheses is code again.
    private mutating func interpolation() {
        var depth = 1
        while at < source.count {
            if source[at] == UInt8(ascii: "(") { depth += 1 }
            if source[at] == UInt8(ascii: ")") { depth -= 1 }
            guard depth > 0 else { return skip(1) }
            step()
        }
    }

    private func starts(_ text: String) -> Bool { source[at...].starts(with: text.utf8) }

    private mutating func skip(_ count: Int) { at = min(at + count, source.count) }

    private mutating func advance(keepingNewlines: Bool = false) {
        if source[at] == UInt8(ascii: "\n") {
            line += 1
            if keepingNewlines { output.append(source[at]) }
        }
        at += 1
    }
}
