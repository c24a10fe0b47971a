import Base
import Templates
import Testing

@Suite struct TemplateSetTests {
    struct Mistake: CustomTestStringConvertible {
        let text: String
        let line: Int?
        let says: String
        var testDescription: String { says }
    }

    @Test(arguments: [
        Mistake(text: "a\nb {{name", line: 2, says: "a tag is not closed"),
        Mistake(text: "a\n{{{name}}", line: 2, says: "a tag is not closed"),
        Mistake(text: "a {{", line: 1, says: "a tag is not closed"),
        Mistake(text: "{{}}", line: 1, says: "a tag has no name"),
        Mistake(text: "\n\n{{#  }}", line: 3, says: "a tag has no name"),
        Mistake(text: "{{a b}}", line: 1, says: "the name 'a b' has a space in it"),
        Mistake(text: "{{ #a}}", line: 1, says: "write no space before '#a'"),
        Mistake(text: "{{a..b}}", line: 1, says: "the name 'a..b' has an empty part"),
        Mistake(text: "{{=<%=}}", line: 1, says: "two delimiters"),
        Mistake(text: "{{= <% %> % =}}", line: 1, says: "two delimiters"),
        Mistake(text: "x\n{{#a}}\ny", line: 2, says: "'a' is not closed"),
        Mistake(text: "{{<other}}\ny", line: 1, says: "'other' is not closed"),
        Mistake(text: "\n{{/a}}", line: 2, says: "'a' is closed but was not opened"),
        Mistake(
            text: "{{#a}}\n{{#b}}\n{{/a}}{{/b}}",
            line: 3,
            says: "'a' is closed inside 'b' of line 2"
        ),
        Mistake(text: "{{! c\n }}\n{{>nowhere}}", line: 3, says: "there is no template 'nowhere'"),
        Mistake(text: "{{<nowhere}}{{/nowhere}}", line: 1, says: "there is no template 'nowhere'"),
        Mistake(
            text: "{{<other}}\n{{$a}}{{/a}}\n{{$a}}{{/a}}{{/other}}",
            line: 3,
            says: "the block 'a' is given twice"
        ),
        Mistake(
            text: String(repeating: "{{#a}}", count: 65),
            line: 1,
            says: "nested deeper than 64 tags"
        ),
        Mistake(
            text: String(repeating: "{{<other}}{{$a}}", count: 40),
            line: 1,
            says: "nested deeper than 64 tags"
        ),
        Mistake(
            text: String(repeating: "x", count: 1 << 20 + 1),
            line: nil,
            says: "longer than 1048576"
        ),
    ])
    func `a mistake stops the start with file, line and reason`(_ mistake: Mistake) throws {
        let error = try #require(throws: TemplateError.self) {
            try TemplateSet(files: [("good.html", ""), ("bad.html", mistake.text), ("other", "")])
        }
        #expect(error.file == "bad.html")
        #expect(error.line == mistake.line)
        #expect(error.problem.contains(mistake.says), "\(error)")
    }

    @Test func `two templates of one name are refused`() {
        #expect(throws: TemplateError(file: "a", problem: "there are two templates of this name")) {
            try TemplateSet(files: [("a", ""), ("a", "")])
        }
    }

    @Test func `an error reads as file, line and problem`() {
        let error = TemplateError(file: "mail/a.txt", line: 3, problem: "no")
        #expect(error.description == "mail/a.txt:3: no")
        #expect(TemplateError(file: "a", problem: "no").description == "a: no")
    }

    @Test func `the deepest nesting that is allowed renders`() throws {
        let text =
            String(repeating: "{{#a}}", count: 64) + "x" + String(repeating: "{{/a}}", count: 64)
        #expect(try render(text, ["a": true]) == "x")
    }

    @Test func `HTML is escaped by default, in elements and in attributes`() throws {
        let data: JSON = ["x": "<a href=\"b\" c='d'>&</a>"]
        let escaped = "&lt;a href=&quot;b&quot; c=&#39;d&#39;&gt;&amp;&lt;/a&gt;"
        #expect(
            try render("{{x}}|{{{x}}}|{{&x}}", data)
                == "\(escaped)|\(data["x"]?.string ?? "")|\(data["x"]?.string ?? "")"
        )
    }

    @Test func `a text template is not escaped, and what it includes is not either`() throws {
        let set = try TemplateSet(files: [
            ("a.txt", "{{x}} {{>b.html}}"), ("b.html", "{{x}}"), ("c.html", "{{x}} {{>a.txt}}"),
        ])
        #expect(try text(set.render("a.txt", data: ["x": "<"])) == "< <")
        #expect(try text(set.render("c.html", data: ["x": "<"])) == "&lt; &lt; &lt;")
    }

    @Test func `values of every type have a text`() throws {
        let data: JSON = [
            "a": nil, "b": true, "c": -7, "d": .number(1.5), "e": [1, "<"], "f": ["g": 1],
        ]
        let output = try render("{{a}}|{{b}}|{{c}}|{{d}}|{{e}}|{{f}}", data)
        #expect(output == "|true|-7|1.5|[1,&quot;&lt;&quot;]|{&quot;g&quot;:1}")
    }

    @Test func `null, false, an empty list and an empty text are false; nought is not`() throws {
        let data: JSON = ["a": nil, "b": false, "c": [], "d": "", "e": 0, "f": "x", "g": [:]]
        let names = ["a", "b", "c", "d", "e", "f", "g", "none"]
        let template = names.map { "{{#\($0)}}\($0){{/\($0)}}" }.joined()
        #expect(try render(template, data) == "efg")
    }

    @Test func `a template that nobody has is an error`() throws {
        let set = try TemplateSet(files: [("a", "")])
        #expect(throws: TemplateError(file: "b", problem: "there is no such template")) {
            try set.render("b", data: nil)
        }
    }

    @Test func `a dynamic name that names nothing is an error of that line`() throws {
        let set = try TemplateSet(files: [("a", "\n{{>*x}}")])
        #expect(throws: TemplateError(file: "a", line: 2, problem: "there is no template 'b'")) {
            try set.render("a", data: ["x": "b"])
        }
        #expect(try text(set.render("a", data: [:])) == "\n")
    }

    @Test func `a template that includes itself without end is an error`() throws {
        let set = try TemplateSet(files: [("a", "{{>b}}"), ("b", "x\n{{>b}}")])
        let error = try #require(throws: TemplateError.self) { try set.render("a", data: nil) }
        #expect(error.file == "b")
        #expect(error.line == 2)
        #expect(error.problem.contains("does it include itself?"))
    }

    @Test func `templates that double themselves come to an end`() throws {
        var files = (1...60).map { (name: "t\($0)", text: "{{>t\($0 - 1)}}{{>t\($0 - 1)}}") }
        files.append((name: "t0", text: "x"))
        let set = try TemplateSet(files: files)
        let limits = TemplateLimits(depthMax: 100, stepsMax: 10_000, outputBytesMax: 1 << 20)
        let error = try #require(throws: TemplateError.self) {
            try set.render("t60", data: nil, limits: limits)
        }
        #expect(error.problem == "the output does not come to an end")
        #expect(try set.render("t5", data: nil, limits: limits).count == 32)
    }

    @Test func `output past its limit is an error`() throws {
        let set = try TemplateSet(files: [("a", "{{#i}}{{x}}{{/i}}")])
        let data: JSON = ["i": .array(Array(repeating: 1, count: 50)), "x": "1234567890"]
        let limits = TemplateLimits(depthMax: 9, stepsMax: 10_000, outputBytesMax: 100)
        #expect(throws: TemplateError.self) { try set.render("a", data: data, limits: limits) }
    }

    private func render(_ template: String, _ data: JSON) throws -> String {
        try text(TemplateSet(files: [("a.html", template)]).render("a.html", data: data))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
