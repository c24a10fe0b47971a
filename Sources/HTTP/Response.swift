/// What goes back: a status, header fields and a body that is complete.
package struct Response: Sendable, Equatable {
    package var status: Int
    package var headers: Headers
    package var body: [UInt8]

    package init(status: Int, headers: Headers = Headers(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static var noContent: Response {
        Response(status: 204)
    }

    package static func bytes(
        _ body: [UInt8], contentType: String, status: Int = 200
    ) -> Response {
        var response = Response(status: status, body: body)
        response.headers.add("content-type", contentType)
        return response
    }

    package static func text(_ text: String, contentType: String = "text/plain; charset=utf-8")
        -> Response
    {
        bytes(Array(text.utf8), contentType: contentType)
    }

    /// The reason phrase is left to nginx, which knows them.
    package func with(_ name: String, _ value: String) -> Response {
        var copy = self
        copy.headers.set(name, value)
        return copy
    }
}
