import Base
import Templates
import Testing

@Suite struct InheritanceTests {
    let frame = """
        <title>{{$title}}Entrepot{{/title}}</title>
        <main>
          {{$content}}
          {{/content}}
        </main>

        """

    @Test func `a page fills the blocks of its frame in the frame's indentation`() throws {
        let page = """
            {{<frame}}
            {{$title}}{{name}}{{/title}}
            {{$content}}
                <h1>{{name}}</h1>
                {{#items}}
                <p>
                  {{.}}
                </p>
                {{/items}}
            {{/content}}
            {{/frame}}

            """
        let output = try render(["frame": frame, "page": page], ["name": "A", "items": [1, 2]])
        #expect(
            output == """
                <title>A</title>
                <main>
                  <h1>A</h1>
                  <p>
                    1
                  </p>
                  <p>
                    2
                  </p>
                </main>

                """
        )
    }

    @Test func `a frame without arguments shows its own content`() throws {
        let output = try render(["frame": frame, "page": "{{>frame}}"], [:])
        #expect(output == "<title>Entrepot</title>\n<main>\n</main>\n")
    }

    @Test func `lines of values are not indented, lines of templates are`() throws {
        let output = try render(
            ["page": "<div>\n  {{>inner}}\n</div>\n", "inner": "<pre>{{x}}</pre>\n\n<p>\n"],
            ["x": "1\n2"]
        )
        #expect(output == "<div>\n  <pre>1\n2</pre>\n\n  <p>\n</div>\n")
    }

    @Test func `a block that contains its own name does not fill itself`() throws {
        let output = try render(
            ["page": "{{<p}}{{$a}}[{{$a}}inner{{/a}}]{{/a}}{{/p}}", "p": "{{$a}}default{{/a}}"],
            [:]
        )
        #expect(output == "[inner]")
    }

    private func render(_ templates: [String: String], _ data: JSON) throws -> String {
        let set = try TemplateSet(files: templates.map { (name: $0.key, text: $0.value) })
        return String(decoding: try set.render("page", data: data), as: UTF8.self)
    }
}
