import Base
import Glibc
import Templates
import Testing

@Suite struct TemplateSourceTests {
    @Test func `a file laid over an embedded template is seen at the next rendering`() throws {
        let folder = try Folder()
        defer { folder.remove() }
        let source = try TemplateSource(
            embedded: [("a.html", "embedded {{>b.html}}"), ("b.html", "b")],
            folder: folder.path
        )
        #expect(try text(source) == "embedded b")
        try folder.write("b.html", "from disk")
        #expect(try text(source) == "embedded from disk")
        try folder.write("b.html", "{{#broken}}")
        #expect(throws: TemplateError(file: "b.html", line: 1, problem: "'broken' is not closed")) {
            try text(source)
        }
        try folder.write("b.html", "mended")
        #expect(try text(source) == "embedded mended")
        folder.delete("b.html")
        #expect(try text(source) == "embedded b")
    }

    @Test func `without a folder nothing on disk counts`() throws {
        let source = try TemplateSource(embedded: [("a.html", "embedded")])
        #expect(try text(source) == "embedded")
    }

    @Test func `a folder that cannot be read stops the start`() {
        #expect(throws: TemplateError(file: "/nowhere/", problem: "cannot be read")) {
            try TemplateSource(embedded: [], folder: "/nowhere")
        }
    }

    private func text(_ source: TemplateSource) throws -> String {
        String(decoding: try source.render("a.html", data: nil), as: UTF8.self)
    }
}

/// A folder for one test.
private struct Folder {
    let path: String
    private var written: [String] { ["a.html", "b.html"] }

    init() throws {
        var template = Array("/tmp/templates.XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    func write(_ name: String, _ text: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        fputs(text, file)
        fclose(file)
    }

    func delete(_ name: String) { unlink("\(path)/\(name)") }

    func remove() {
        for name in written { delete(name) }
        rmdir(path)
    }
}
