import Testing

@Suite struct FailureTests {
    @Test func `no failure is swallowed and no bug is silent`() {
        #expect(Tree.files(in: ["Sources"]).flatMap(Self.findings(in:)) == [])
    }

    @Test(arguments: [
        "do { try f() } catch {}", "do { try f() } catch let error as A { }",
        "do {\n    try f()\n} catch {\n}", "precondition(a > 0)", "preconditionFailure()",
        "precondition(\n    f(a) > (0)\n)",
    ])
    func `an empty catch and a precondition without a sentence are found`(code: String) {
        let file = SourceFile(path: "Sources/A.swift", text: "let a = 1\n\(code)\n")
        #expect(Self.findings(in: file).count == 1)
    }

    @Test(arguments: [
        "do { try f() } catch { log() }", "do { try f() } catch {\n    // It is gone.\n}",
        #"precondition(f(a) > 0, "a is \(a)")"#, #"preconditionFailure("asked to")"#,
        "// catch {}", #"let a = "catch {}""#, "let catcher = {}",
    ])
    func `a catch with a reason and a precondition with a sentence are not`(code: String) {
        #expect(Self.findings(in: SourceFile(path: "Sources/A.swift", text: code)) == [])
    }

    static func findings(in file: SourceFile) -> [Finding] {
        let text = SwiftText(file.text, marksComments: true)
        let bytes = Array(text.code.utf8)
        var line = 1
        return bytes.indices.flatMap { start -> [Finding] in
            if bytes[start] == UInt8(ascii: "\n") { line += 1 }
            return problem(in: bytes, at: start).map {
                [Finding(path: file.path, line: line, problem: $0)]
            } ?? []
        }
    }

    private static func problem(in code: [UInt8], at start: Int) -> String? {
        guard start == 0 || !code[start - 1].isNamePart else { return nil }
        let rest = code[start...]
        if rest.starts(with: "catch".utf8), !(rest.dropFirst(5).first?.isNamePart ?? false) {
            let body = rest.drop { $0 != UInt8(ascii: "{") }.dropFirst()
            let first = body.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
            return first == UInt8(ascii: "}") ? "an empty catch" : nil
        }
        let calls = ["precondition(", "preconditionFailure("]
        guard let call = calls.first(where: { rest.starts(with: $0.utf8) }) else { return nil }
        var depth = 1
        let arguments = rest.dropFirst(call.utf8.count).prefix { byte in
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            return depth > 0
        }
        return arguments.contains(UInt8(ascii: "\"")) ? nil : "a precondition without a sentence"
    }
}
