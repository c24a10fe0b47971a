import Testing

@Suite struct LengthTests {
    static let columnsMax = 100
    static let functionLinesMax = 70
    static let handlerLinesMax = 40
    static let fileLinesMax = 400
    static let endings = [".swift", ".py", ".c", ".h"]

    @Test func `no line, function or file is too long`() {
        // The list of embedded files is written by a script, a line a path.
        let files = Tree.files(in: ["Sources", "Tests"], endings: Self.endings)
            .filter { !$0.path.hasSuffix("CEmbedded/embedded.c") }
        #expect(files.flatMap(Self.findings(in:)) == [])
    }

    @Test func `a long line is found, one of 100 characters is not`() {
        let text = String(repeating: "ä", count: 100) + "\n" + String(repeating: "x", count: 101)
        #expect(findings(in: text).map(\.line) == [2])
    }

    @Test func `a long file is found, one of 400 lines is not`() {
        #expect(findings(in: String(repeating: "x\n", count: 400)) == [])
        #expect(findings(in: String(repeating: "x\n", count: 401)).map(\.line) == [401])
    }

    @Test func `a function of a handler has to be shorter`() {
        let text = "func f() {" + String(repeating: "\nx()", count: 39) + "\n}\n"
        let handler = SourceFile(path: "Sources/Rooms/Sales/Handlers/A.swift", text: text)
        #expect(Self.findings(in: handler).map(\.line) == [1])
        #expect(findings(in: text) == [])
    }

    @Test(arguments: ["func f(a: () -> Void = {}) {", "init?(x: Int)\n{", "mutating func f() {"])
    func `a long function is found, one of 70 lines is not`(opening: String) {
        let lines = opening.split(separator: "\n").count
        let most = opening + String(repeating: "\nx { }", count: 69 - lines) + "\n}\n"
        #expect(findings(in: "protocol P {\nfunc g()\n}\n" + most) == [])
        let more = opening + String(repeating: "\nx { }", count: 70 - lines) + "\n}\n"
        #expect(findings(in: "protocol P {\nfunc g()\n}\n" + more).map(\.line) == [4])
    }

    private func findings(in text: String) -> [Finding] {
        Self.findings(in: SourceFile(path: "Sources/Base/A.swift", text: text))
    }

    static func findings(in file: SourceFile) -> [Finding] {
        var lines = file.lines
        if lines.last == "" { lines.removeLast() }
        var findings = lines.enumerated().filter { $0.element.count > columnsMax }.map {
            Finding(path: file.path, line: $0.offset + 1, problem: "over \(columnsMax) columns")
        }
        if lines.count > fileLinesMax {
            let problem = "over \(fileLinesMax) lines"
            findings.append(Finding(path: file.path, line: lines.count, problem: problem))
        }
        guard file.path.hasSuffix(".swift") else { return findings }
        let isHandler =
            file.path.hasPrefix("Sources/Rooms/") && file.path.contains("/Handlers/")
        let linesMax = isHandler ? handlerLinesMax : functionLinesMax
        for function in Functions(of: SwiftText(file.text)).found where function.count > linesMax {
            let problem = "a function of over \(linesMax) lines"
            findings.append(Finding(path: file.path, line: function.lowerBound, problem: problem))
        }
        return findings
    }
}

/// The lines of each function with a body, from its keyword to its closing brace.
private struct Functions {
    private(set) var found: [ClosedRange<Int>] = []
    private var line = 1
    private var depth = 0
    private var parentheses = 0
    private var declared: Int?
    private var open: [(line: Int, depth: Int)] = []

    init(of text: SwiftText) {
        var word = ""
        var before: Character = " "
        for character in text.code {
            if character.isLetter || character.isNumber || character == "_" {
                if word.isEmpty { wordStart = before }
                word.append(character)
            } else {
                meet(word)
                word = ""
                meet(character)
            }
            before = character
        }
    }

    private var wordStart: Character = " "

    private mutating func meet(_ word: String) {
        guard parentheses == 0 else { return }
        if word == "func" || word == "init" && wordStart != "." { declared = line }
        // A requirement of a protocol has no body: the next declaration ends it.
        if word == "var" || word == "let" || word == "case" { declared = nil }
    }

    private mutating func meet(_ character: Character) {
        switch character {
        case "\n": line += 1
        case "(": parentheses += 1
        case ")": parentheses -= 1
        case "{":
            depth += 1
            guard parentheses == 0, let start = declared else { return }
            open.append((start, depth))
            declared = nil
        case "}":
            if let function = open.last, function.depth == depth {
                found.append(function.line...line)
                open.removeLast()
            }
            depth -= 1
            if parentheses == 0 { declared = nil }
        default: break
        }
    }
}
