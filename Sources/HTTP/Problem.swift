package import Base

/// What is wrong with one field of the input.
package struct FieldError: Sendable, Equatable {
    package var field: String
    package var code: String
    package var message: String
    package var more: JSONObject

    package init(field: String, code: String, message: String, more: JSONObject = [:]) {
        self.field = field
        self.code = code
        self.message = message
        self.more = more
    }

    package var json: JSON {
        var object: JSONObject = [
            "field": .string(field), "code": .string(code), "message": .string(message),
        ]
        object.members += more.members
        return .object(object)
    }
}

/// A refusal that a client may see: thrown anywhere on the request path, it ends as an RFC 9457
/// document.
package struct Problem: Error, Sendable, Equatable {
    package var status: Int
    package var code: String
    package var title: String
    package var detail: String?
    package var errors: [FieldError] = []
    /// Members beside the standard ones, such as the numbers that decided.
    package var more: JSONObject = [:]
    package var headers = Headers()

    package init(_ status: Int, _ code: String, _ title: String, detail: String? = nil) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
    }

    package func with(_ name: String, _ value: String) -> Problem {
        var copy = self
        copy.headers.set(name, value)
        return copy
    }

    package func with(_ more: JSONObject) -> Problem {
        var copy = self
        copy.more.members += more.members
        return copy
    }

    package func response(requestID: String) -> Response {
        var object: JSONObject = [
            "type": .string("https://entrepot.dev/problems/\(code)"),
            "title": .string(title),
            "status": .integer(Int64(status)),
            "code": .string(code),
        ]
        if let detail { object["detail"] = .string(detail) }
        if !errors.isEmpty { object["errors"] = .array(errors.map(\.json)) }
        object.members += more.members
        object["requestId"] = .string(requestID)
        var response = Response(status: status, headers: headers, body: JSON.object(object).bytes)
        response.headers.set("content-type", "application/problem+json")
        return response
    }
}

extension Problem {
    package static let unavailableRetrySeconds = 1

    package static func malformedJSON(_ detail: String) -> Problem {
        Problem(400, "malformed_json", "The body is not JSON", detail: detail)
    }

    package static func malformed(_ detail: String) -> Problem {
        Problem(400, "malformed_request", "The request is malformed", detail: detail)
    }

    package static var unauthenticated: Problem {
        Problem(
            401,
            "unauthenticated",
            "Sign in first",
            detail: "This needs a valid access token or API key."
        ).with("www-authenticate", "Bearer realm=\"entrepot\"")
    }

    package static var foreignForm: Problem {
        Problem(
            403,
            "foreign_form",
            "This form is not from here, or too old",
            detail: "Its hidden field csrf does not fit this browser. Load the page again."
        )
    }

    package static var forbidden: Problem {
        Problem(403, "forbidden", "Not allowed", detail: "Your roles do not include this.")
    }

    package static var notFound: Problem {
        Problem(404, "not_found", "Not found", detail: "There is nothing here that you may see.")
    }

    package static func methodNotAllowed(_ allow: [Method]) -> Problem {
        let list = allow.map(\.rawValue).joined(separator: ", ")
        return Problem(405, "method_not_allowed", "Method not allowed", detail: "Use \(list).")
            .with("allow", list)
    }

    package static func preconditionFailed(current: Int64) -> Problem {
        Problem(
            412,
            "precondition_failed",
            "Changed meanwhile",
            detail: "The object is at version \(current) now: fetch it again."
        ).with(["current": .integer(current)])
    }

    package static func tooLarge(bytesMax: Int) -> Problem {
        Problem(
            413,
            "payload_too_large",
            "The body is too large",
            detail: "At most \(bytesMax) bytes are taken here."
        ).with(["limit": .integer(Int64(bytesMax))])
    }

    package static func unsupportedMediaType(expected: String) -> Problem {
        Problem(
            415,
            "unsupported_media_type",
            "Another content type is needed",
            detail: "Send the body as \(expected)."
        )
    }

    package static func invalid(_ errors: [FieldError]) -> Problem {
        var problem = Problem(
            422,
            "validation_failed",
            "Some fields are not valid",
            detail: "Each of them is listed under errors."
        )
        problem.errors = errors
        return problem
    }

    package static func rateLimited(retryAfterSeconds: Int) -> Problem {
        Problem(
            429,
            "rate_limited",
            "Too many requests",
            detail: "Try again in \(retryAfterSeconds) s."
        ).with("retry-after", "\(retryAfterSeconds)")
    }

    package static func internalError() -> Problem {
        Problem(
            500,
            "internal_error",
            "Something failed on our side",
            detail: "The failure was logged under the request id."
        )
    }

    package static func unavailable(_ detail: String) -> Problem {
        Problem(503, "unavailable", "Not available for the moment", detail: detail)
            .with("retry-after", "\(unavailableRetrySeconds)")
    }
}
