import Testing

@testable import Outside

@Suite struct HTTPConnectionTests {
    private static let told = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\nServer: s\r\n\r\n{}"

    @Test func `a server is known by its address`() throws {
        let near = try #require(HTTPServer("http://localhost:8080/api"))
        #expect((near.host, near.port, near.isSecure) == ("localhost", 8080, false))
        let far = try #require(HTTPServer("https://example.com", authorityFile: "ca.pem"))
        #expect((far.host, far.port, far.isSecure) == ("example.com", 443, true))
        #expect(far.authorityFile == "ca.pem")
    }

    @Test(arguments: [
        "", "localhost", "ftp://h", "http://", "http://:80", "http://h:", "http://h:x",
    ])
    func `what is no address of a server is none`(_ url: String) {
        #expect(HTTPServer(url) == nil)
    }

    @Test func `an answer is there once it is whole`() throws {
        let bytes = Array(Self.told.utf8)
        for count in bytes.indices {
            #expect(try HTTPAnswer(Array(bytes[..<count])) == nil)
        }
        let answer = try #require(try HTTPAnswer(bytes))
        #expect(answer.status == 201)
        #expect(answer.body == Array("{}".utf8))
    }

    @Test func `an answer without a body is one too`() throws {
        let answer = try #require(try HTTPAnswer(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)))
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
    }

    @Test(arguments: [
        "HTTP/2 200\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 fine\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "\r\n\r\n",
    ])
    func `what is no answer ends the connection`(_ text: String) {
        #expect(throws: TransportError.closed) { try HTTPAnswer(Array(text.utf8)) }
    }
}
