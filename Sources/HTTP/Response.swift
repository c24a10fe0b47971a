package import Base

/// What goes back: a status, header fields and a body that is complete.
package struct Response: Sendable, Equatable {
    package var status: Int
    package var headers: Headers
    package var body: [UInt8]
    /// Another process gives the answer, and is told this.
    package var handover: Handover?

    package init(status: Int, headers: Headers = Headers(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package static var noContent: Response {
        Response(status: 204)
    }

    package static func bytes(
        _ body: [UInt8],
        contentType: String,
        status: Int = 200
    ) -> Response {
        var response = Response(status: status, body: body)
        response.headers.add("content-type", contentType)
        return response
    }

    /// What a form answers when it is done: the browser goes on with a GET.
    package static func seeOther(_ path: String) -> Response {
        Response(status: 303).with("location", path)
    }

    package static func text(_ text: String, contentType: String = "text/plain; charset=utf-8")
        -> Response
    {
        bytes(Array(text.utf8), contentType: contentType)
    }

    /// 204 and 304 have no body at all, and nginx measures the file that it sends itself.
    package var hasLength: Bool {
        status != 204 && status != 304 && headers["x-accel-redirect"] == nil
    }

    package var reason: String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 303: "See Other"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 423: "Locked"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Answered"
        }
    }

    package func with(_ name: String, _ value: String) -> Response {
        var copy = self
        copy.headers.set(name, value)
        return copy
    }
}

/// What a process that answers later has to know; it goes through nginx.
package struct Handover: Sendable, Equatable {
    /// Where nginx finds that process: an address that no client can ask for.
    package let place: String
    package var told: JSONObject

    package init(to place: String, telling told: JSONObject) {
        self.place = place
        self.told = told
    }

    package init?(_ query: Query) {
        guard let text = query[Handover.parameter], let bytes = Base64URL.decode(text),
            let told = (try? JSON(parsing: bytes))?.object
        else { return nil }
        place = ""
        self.told = told
    }

    private static let parameter = "told"

    fileprivate var address: String {
        "\(place)?\(Handover.parameter)=\(Base64URL.encode(JSON.object(told).bytes))"
    }
}

extension Response {
    package static func handedOver(to place: String, telling told: JSONObject) -> Response {
        var response = Response(status: 200)
        response.handover = Handover(to: place, telling: told)
        return response
    }

    /// nginx keeps no header field of an answer that is handed over: whoever gives it says them.
    package var sealed: Response {
        guard var handover else { return self }
        handover.told["headers"] = .object(
            JSONObject(headers.fields.map { .init(key: $0.name, value: .string($0.value)) })
        )
        return Response(status: status).with("x-accel-redirect", handover.address)
    }
}
