import Testing

@Suite struct WordTests {
    /// A word that has no place in some folders, and why.
    struct Ban: CustomTestStringConvertible {
        let word: String
        let folders: [String]
        let reason: String
        var testDescription: String { word }
    }

    static let everywhere = ["Sources", "Tests"]
    static let bans = [
        Ban(word: "async", folders: ["Sources"], reason: "processes are single-threaded and block"),
        Ban(word: "await", folders: ["Sources"], reason: "processes are single-threaded and block"),
        Ban(word: "Task {", folders: ["Sources"], reason: "long work goes to Jobs"),
        Ban(word: "actor", folders: ["Sources"], reason: "processes are single-threaded"),
        Ban(word: "Date()", folders: ["Sources"], reason: "time comes from the clock"),
        Ban(word: "print(", folders: ["Sources"], reason: "processes write to the log"),
        Ban(
            word: "fatalError(",
            folders: ["Sources"],
            reason: "a bug is a precondition with a sentence"
        ),
        Ban(word: "try?", folders: ["Sources/Rooms"], reason: "a failure is answered or thrown on"),
        Ban(word: "try!", folders: everywhere, reason: "a failure is answered or thrown on"),
        Ban(word: "as!", folders: everywhere, reason: "a cast may fail"),
        Ban(word: "Foundation", folders: ["Sources"], reason: "the binary does not carry it"),
        Ban(
            word: "FoundationEssentials",
            folders: ["Sources"],
            reason: "the binary does not carry it"
        ),
        Ban(word: "Dispatch", folders: ["Sources"], reason: "fork needs a process of one thread"),
        Ban(
            word: "@unchecked",
            folders: everywhere,
            reason: "the compiler must see what is shared"
        ),
        Ban(word: "nonisolated(unsafe)", folders: everywhere, reason: "no global changes"),
        Ban(word: "FIXME", folders: everywhere, reason: "finish it, or write an issue"),
        Ban(word: "TODO", folders: everywhere, reason: "finish it, or write an issue"),
    ]

    @Test func `no banned word is in code or comments`() {
        #expect(Tree.files(in: Self.everywhere).flatMap(Self.findings(in:)) == [])
    }

    @Test(arguments: bans) func `a banned word is found in code`(ban: Ban) throws {
        let path = try #require(ban.folders.last) + "/A.swift"
        let file = SourceFile(path: path, text: "let a = 1\nlet b = \(ban.word) \n")
        #expect(Self.findings(in: file).map(\.line) == [2])
    }

    @Test(arguments: bans) func `a banned word may be in a text or part of a longer one`(ban: Ban) {
        let text = "let a = \"\(ban.word)\"\nlet b = #\"\(ban.word)\"#\nlet c = x\(ban.word)\n"
        let longer = ban.word.first?.isLetter == true ? text : "let a = \"\(ban.word)\"\n"
        #expect(Self.findings(in: SourceFile(path: "Sources/A.swift", text: longer)) == [])
    }

    @Test func `an unfinished thing is found in a comment, a plain word there is not`() {
        let marker = "FIX" + "ME"
        let file = SourceFile(
            path: "Sources/A.swift",
            text: "// async\n\n/* \(marker): x */ let a = 1"
        )
        #expect(Self.findings(in: file).map(\.line) == [3])
    }

    static func findings(in file: SourceFile) -> [Finding] {
        let text = SwiftText(file.text)
        let code = text.codeLines.enumerated().map {
            (line: $0.offset + 1, text: String($0.element))
        }
        return bans.filter { ban in ban.folders.contains { file.path.hasPrefix("\($0)/") } }
            .flatMap { ban in
                let isMarker = ban.word == "FIXME" || ban.word == "TODO"
                return (isMarker ? code + text.comments : code)
                    .filter { $0.text.containsWord(ban.word) }
                    .map {
                        Finding(
                            path: file.path,
                            line: $0.line,
                            problem: "\(ban.word): \(ban.reason)"
                        )
                    }
            }
    }
}

extension String {
    /// Whether the word is there, not as a part of a longer name.
    func containsWord(_ word: String) -> Bool {
        let (text, word) = (Array(utf8), Array(word.utf8))
        guard text.count >= word.count else { return false }
        return (0...text.count - word.count).contains { start in
            let end = start + word.count
            guard text[start..<end].elementsEqual(word) else { return false }
            let cutsBefore = start > 0 && text[start - 1].isNamePart && word[0].isNamePart
            let cutsAfter =
                end < text.count && text[end].isNamePart && word[word.count - 1].isNamePart
            return !cutsBefore && !cutsAfter
        }
    }
}

extension UInt8 {
    var isNamePart: Bool {
        self == UInt8(ascii: "_") || self >= 0x80
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
