import Testing

@Suite struct SwiftTextTests {
    static let source = ##"""
        let a = "x // y" // b "c"
        /* d
         */ let e = #"f \(g) " h"# + "i\(j("k"))\"l"
        func `m n`() {}
        let o = """
            p "q" \(r)
            """
        let s
        """##

    @Test func `code keeps its lines and loses its literals and comments`() {
        let lines = SwiftText(Self.source).codeLines.map { String($0) }
        #expect(lines[0] == "let a = \"\" ")
        #expect(lines[1] == "")
        #expect(lines[2] == " let e = \"\" + j(\"\")\"\"")
        #expect(lines[3] == "func ``() {}")
        #expect(lines.count == 8)
        #expect(lines[7] == "let s")
    }

    @Test func `literals know their line and whether they interpolate`() {
        let literals = SwiftText(Self.source).literals
        #expect(literals.map(\.line) == [1, 3, 3, 3, 5])
        #expect(literals.map(\.interpolates) == [false, false, false, true, true])
        #expect(literals.map(\.text).prefix(4) == ["x // y", "f \\(g) \" h", "k", "il"])
    }

    @Test func `comments know their line`() {
        let comments = SwiftText(Self.source).comments
        #expect(comments.map(\.line) == [1, 2])
        #expect(comments.map(\.text) == ["// b \"c\"", "/* d\n */".replacing(" */", with: " ")])
    }

    @Test(arguments: ["\"", "\"\"\"", "#\"\\#(", "/*", "`", "\"\\", "\"\\("])
    func `a source that breaks off comes to an end`(source: String) {
        #expect(SwiftText(source).codeLines.count == 1)
    }
}
