import HTTP
import Testing

@Suite struct HeadersTests {
    @Test func `fields keep their order and the first is found`() {
        var headers = Headers([("b", "1"), ("a", "2"), ("b", "3")])
        #expect(headers["b"] == "1")
        #expect(headers.fields.map(\.name) == ["b", "a", "b"])
        headers.set("b", "4")
        #expect(headers.fields.map(\.value) == ["2", "4"])
        headers.remove("a")
        #expect(headers["a"] == nil)
        #expect(headers.fields.count == 1)
    }

    @Test(arguments: [
        "a\r\nset-cookie: s=1", "a\nb", "a\rb", "a\0b", "a\u{7F}b", "\u{1B}[31m", "a\tb",
    ])
    func `a value cannot begin a second field`(value: String) {
        var headers = Headers([("x", value)])
        headers.set("location", value)
        #expect(headers.fields.count == 2)
        for field in headers.fields {
            #expect(!field.value.utf8.contains { $0 < 0x20 || $0 == 0x7F })
            #expect(field.value.utf8.count < value.utf8.count)
        }
        let response = Response.noContent.with("location", value)
        #expect(response.headers["location"] == headers["x"])
    }

    @Test func `text that is not ASCII stays as it is`() {
        #expect(Headers([("x", "é😀")])["x"] == "é😀")
    }
}

@Suite struct ResponseTests {
    @Test func `a response says what its body is`() {
        let text = Response.text("hé")
        #expect(text.status == 200)
        #expect(text.headers["content-type"] == "text/plain; charset=utf-8")
        #expect(text.body == Array("hé".utf8))
        #expect(Response.bytes([1], contentType: "a/b", status: 206).status == 206)
        #expect(Response.noContent == Response(status: 204))
        #expect(Response.noContent.headers.fields.isEmpty)
    }

    @Test func `a field that is set again replaces the first`() {
        let response = Response.noContent.with("etag", "1").with("etag", "2")
        #expect(response.headers.fields.map(\.value) == ["2"])
    }
}
