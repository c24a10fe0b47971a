import Testing

@Suite struct DocumentationTests {
    static let kinds = ["struct", "class", "enum", "protocol", "actor"]

    @Test func `every package type has a sentence over it`() {
        #expect(Tree.files(in: ["Sources"]).flatMap(Self.findings(in:)) == [])
    }

    @Test(arguments: ["struct A {}", "final class A {}", "enum A {}", "protocol A {}"])
    func `a package type without a sentence is found, one with is not`(declaration: String) {
        let bare = "let a = 1\n\n    package \(declaration)\n"
        #expect(findings(in: bare).map(\.line) == [3])
        #expect(findings(in: "/// What it is for.\n@frozen\npackage \(declaration)\n") == [])
        #expect(findings(in: "package func structure() {}\npackage var a: Int\n") == [])
    }

    private func findings(in text: String) -> [Finding] {
        Self.findings(in: SourceFile(path: "Sources/Base/A.swift", text: text))
    }

    static func findings(in file: SourceFile) -> [Finding] {
        let lines = file.lines.map { $0.drop { $0 == " " } }
        return SwiftText(file.text).codeLines.enumerated().compactMap { number, code in
            let words = code.split(separator: " ").prefix(3)
            guard words.first == "package", words.contains(where: { kinds.contains(String($0)) })
            else {
                return nil
            }
            let above = lines[..<number].last { !$0.hasPrefix("@") }
            guard above?.hasPrefix("///") != true else { return nil }
            return Finding(
                path: file.path,
                line: number + 1,
                problem: "a package type without a sentence"
            )
        }
    }
}
