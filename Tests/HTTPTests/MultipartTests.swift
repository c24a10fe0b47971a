import HTTP
import Testing

private let type = "multipart/form-data; boundary=b"
private let field = "Content-Disposition: form-data; name=\"a\""

private func read(_ text: String, as contentType: String = type) throws -> [Multipart.Part] {
    try Multipart(Array(text.utf8), contentType: contentType).parts
}

private func failure(_ text: String, as contentType: String = type) -> Multipart.Failure? {
    #expect(throws: Multipart.Failure.self) { try read(text, as: contentType) }
}

private func body(_ part: Multipart.Part?) -> String? {
    part.map { String(decoding: $0.body, as: UTF8.self) }
}

@Suite struct MultipartTests {
    @Test func `parts have a name, a file name, a content type and a body`() throws {
        let form = try Multipart(
            Array(
                ("--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhé\r\n"
                    + "--b\r\ncontent-type:  image/png\r\nCONTENT-DISPOSITION:form-data;name=file;"
                    + "FileName=\"a b.png\"\r\nX-Other: 1\r\n\r\n\0\u{1}\r\n\r\n--b--\r\n").utf8
            ),
            contentType: type
        )
        #expect(form.parts.map(\.name) == ["note", "file"])
        #expect(body(form["note"]) == "hé")
        #expect(form["note"]?.filename == nil)
        #expect(form["note"]?.contentType == nil)
        #expect(form["file"]?.filename == "a b.png")
        #expect(form["file"]?.contentType == "image/png")
        #expect(body(form["file"]) == "\0\u{1}\r\n")
        #expect(form["other"] == nil)
    }

    @Test(arguments: [
        "x--b", "x--b--", "\n--b\n", "\r--b\r\n", "\r\n-b\r\n", "\r\n--bb\r\n", "\r\n--b-\r\n",
        "\r\n--b--x",
        "\r\n--B\r\n", "\r\n --b\r\n", "\r\n--b x\r\n", "\r\n", "\r\n\r\n", "--b\r\n", "\r\r\n--",
        "\r\n--\r\n",
    ])
    func `what only looks like a delimiter is content`(content: String) throws {
        let parts = try read("--b\r\n\(field)\r\n\r\n1\(content)2\r\n--b--")
        #expect(parts.count == 1)
        #expect(body(parts.first) == "1\(content)2")
    }

    @Test func `a part may be empty, with and without a line break of its own`() throws {
        for empty in ["\r\n\r\n\r\n--b--", "\r\n\r\n--b--"] {
            let parts = try read("--b\r\n\(field)\(empty)")
            #expect(parts.map { $0.body.count } == [0])
        }
        #expect(
            try read("--b\r\n\(field)\r\n\r\n--b\r\n\(field)\r\n\r\nx\r\n--b--").map {
                $0.body.count
            } == [0, 1]
        )
    }

    @Test func `a form may be empty`() throws {
        #expect(try read("--b--") == [])
        #expect(try read("--b--\r\n") == [])
    }

    @Test func `what stands before the first and after the last delimiter is ignored`() throws {
        let parts = try read(
            "before --b\r\n--b \t\r\n\(field)\r\n\r\nx\r\n--b-- \r\nafter\r\n--b\r\n\(field)\r\n"
        )
        #expect(parts.map { body($0) } == ["x"])
    }

    @Test(arguments: [
        ("", Multipart.Failure.noParts), ("x", .noParts), ("--b", .noParts),
        ("--b\n\(field)\n\nx\n--b--\n", .noParts),
        (" --b--", .noParts), ("--c--", .noParts), ("--b\r\n", .notTerminated),
        ("--b\r\n\(field)", .notTerminated), ("--b\r\n\(field)\r\n\r\nx", .notTerminated),
        ("--b\r\n\(field)\r\n\r\nx--b--", .notTerminated),
        ("--b\r\n\(field)\r\n\r\nx\n--b--", .notTerminated),
        ("--b\r\n\(field)\r\n\r\nx\r\n--b\r\n", .notTerminated),
        ("--b\r\n\(field)\r\n\r\nx\r\n--b-", .notTerminated),
        ("--b\r\n\(field)\r\n--b--\r\n\r\n", .badPartHeader),
        ("--b\r\n\r\nx\r\n--b--", .badPartHeader),
        ("--b\r\n\(field)\n\nx\r\n\r\n--b--", .badPartHeader),
    ])
    func `a form that is not whole is refused`(text: String, expected: Multipart.Failure) {
        #expect(failure(text) == expected)
    }

    @Test(arguments: [
        "Content-Type: a/b", "Content-Disposition: form-data",
        "Content-Disposition: attachment; name=\"a\"",
        "Content-Disposition: form-data; name=\"a",
        "Content-Disposition: form-data; name=a; name=b",
        "Content-Disposition: form-data; name=a; filename=x; FILENAME=y",
        "Content-Disposition: form-data name=a",
        "Content-Disposition: form-data; name", "Content-Disposition: form-data; name=",
        "\(field)\r\n\(field)", "\(field)\r\nContent-Type: a/b\r\nContent-Type: a/b",
        "\(field)\r\n: x",
        "\(field)\r\n folded", "\(field)\r\nnocolon", "\(field)\r\nX Y: 1", "\(field)\r\nX: \u{1}",
        "\(field)\r\nX: a\rb", "\(field)\r\nX: a\nb", "\(field)\r\nX: \0",
        "\(field)\r\nContent-Transfer-Encoding: base64",
    ])
    func `a header that two readers could read differently is refused`(header: String) {
        #expect(failure("--b\r\n\(header)\r\n\r\nx\r\n--b--") == .badPartHeader)
    }

    @Test(
        arguments: [
            ("filename=\"a\\\"b\\\\c\"", "a\"b\\c"),
            ("filename=\"C:\\dir\\f.txt\"", "C:\\dir\\f.txt"),
            ("filename=\"a;name=b; x=\"", "a;name=b; x="), ("filename=\"%22é\"", "%22é"),
            ("filename=\"\"", ""),
            ("filename=plain.txt", "plain.txt"), ("filename=\"a\"; filename*=UTF-8''b", "a"),
            ("filename*=UTF-8''b; filename=\"a\"", "a"), ("filename*=UTF-8''b", nil),
            ("x=\"filename=b\"", nil),
        ] as [(String, String?)]
    )
    func `a file is called what the plain parameter says`(parameter: String, filename: String?)
        throws
    {
        let parts = try read("--b\r\n\(field); \(parameter)\r\n\r\nx\r\n--b--")
        #expect(parts.map(\.name) == ["a"])
        #expect(parts.first?.filename == filename)
    }

    @Test func `a header that is not UTF-8 is refused`() {
        let bytes =
            Array("--b\r\n\(field); filename=\"".utf8) + [0xFF] + Array("\"\r\n\r\nx\r\n--b--".utf8)
        #expect(throws: Multipart.Failure.badPartHeader) { try Multipart(bytes, contentType: type) }
    }

    @Test(arguments: [
        ("", Multipart.Failure.notFormData), ("application/json", .notFormData),
        ("multipart/mixed; boundary=b", .notFormData),
        ("multipart/form-data, x; boundary=b", .notFormData),
        ("multipart/form-data; boundary=b; boundary=c", .notFormData),
        ("multipart/form-data; boundary=\"b", .notFormData),
        ("multipart/form-data; boundary=b c", .notFormData),
        ("multipart/form-data", .badBoundary), ("multipart/form-data; Boundaries=b", .badBoundary),
        ("multipart/form-data; boundary=\"\"", .badBoundary),
        ("multipart/form-data; boundary=\"b \"", .badBoundary),
        ("multipart/form-data; boundary=b*", .badBoundary),
        ("multipart/form-data; boundary=\"é\"", .badBoundary),
        ("multipart/form-data; boundary=\"a\\\"b\"", .badBoundary),
        ("multipart/form-data; boundary=\"a\tb\"", .badBoundary),
    ])
    func `a content type without a fit boundary is refused`(
        contentType: String,
        expected: Multipart.Failure
    ) {
        #expect(failure("--b--", as: contentType) == expected)
    }

    @Test(arguments: [
        ("Multipart/Form-Data;BOUNDARY=b", "b"),
        ("multipart/form-data; charset=utf-8; boundary=\"b\";", "b"),
        ("multipart/form-data; boundary=\"a b:c=?/(),'+_-.\"", "a b:c=?/(),'+_-."),
        ("multipart/form-data ;\tboundary=----x", "----x"),
    ])
    func `a boundary is found however it is written`(contentType: String, boundary: String) throws {
        let parts = try read(
            "--\(boundary)\r\n\(field)\r\n\r\nx\r\n--\(boundary)--",
            as: contentType
        )
        #expect(parts.map { body($0) } == ["x"])
    }

    @Test func `a boundary with a colon cannot pass for a header`() {
        #expect(
            failure(
                "--b:c\r\n\(field)\r\n--b:c\r\n\r\nx\r\n--b:c--",
                as: "multipart/form-data; boundary=\"b:c\""
            )
                == .badPartHeader
        )
    }

    @Test func `boundary, parts and headers have their limits`() throws {
        let longest = String(repeating: "b", count: Multipart.boundaryLengthMax)
        #expect(try read("--\(longest)--", as: "multipart/form-data; boundary=\(longest)") == [])
        #expect(
            failure("--b\(longest)--", as: "multipart/form-data; boundary=b\(longest)")
                == .badBoundary
        )

        let part = "--b\r\n\(field)\r\n\r\nx\r\n"
        let most = String(repeating: part, count: Multipart.partsMax)
        #expect(try read(most + "--b--").count == Multipart.partsMax)
        #expect(failure(most + part + "--b--") == .tooManyParts)

        // The line breaks around the header count as well.
        let room =
            Multipart.partHeaderBytesMax - field.utf8.count - "\r\n\r\nX: \r\n\r\n".utf8.count
        func form(_ count: Int) -> String {
            "--b\r\n\(field)\r\nX: \(String(repeating: "x", count: count))\r\n\r\nx\r\n--b--"
        }
        #expect(try read(form(room)).count == 1)
        #expect(failure(form(room + 1)) == .partHeaderTooLarge)
        #expect(
            failure("--b\r\n\(field)\r\nX: " + String(repeating: "x", count: 10_000))
                == .partHeaderTooLarge
        )
    }

    @Test func `a failure ends as a refusal that a client understands`() {
        #expect(Multipart.Failure.notFormData.problem.status == 415)
        for failure in [
            Multipart.Failure.badBoundary, .noParts, .notTerminated, .badPartHeader, .tooManyParts,
            .partHeaderTooLarge,
        ] {
            #expect(failure.problem.status == 400)
        }
    }
}

@Suite struct HeaderValueTests {
    @Test func `a value is a word and its parameters`() {
        let value = HeaderValue("Text/HTML ; Charset=\"UTF-8\"; a=b;")
        #expect(value?.word == "text/html")
        #expect(value?["charset"] == "UTF-8")
        #expect(value?["a"] == "b")
        #expect(value?["b"] == nil)
        #expect(value?.parameters.count == 2)
    }

    @Test(arguments: [
        "", " ", ";a=b", "a b", "a;b", "a;=b", "a;b=", "a;b =c", "a;b= c", "a;b=c d", "a;b=c;B=d",
        "a;b=\"c\"d", "a;b=\"c\\",
        "a;b=\"\u{1}\"", "a;b=\"\n\"", "a;b=\"\u{7F}\"", "a;b=é", "é", "a,b", "a;;b=c",
    ])
    func `another spelling is refused`(text: String) {
        #expect(HeaderValue(text) == nil)
    }

    @Test func `parameters have a limit`() {
        let most = "a" + (1...HeaderValue.parametersMax).map { ";p\($0)=1" }.joined()
        #expect(HeaderValue(most) != nil)
        #expect(HeaderValue(most + ";q=1") == nil)
    }
}
