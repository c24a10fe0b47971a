import Base
import HTTP
import Testing

@Suite struct ProblemTests {
    @Test func `a problem is an RFC 9457 document with its members in order`() {
        let response = Problem(409, "code_taken", "Taken", detail: "Use another.").response(
            requestID: "r1"
        )
        #expect(response.status == 409)
        #expect(response.headers["content-type"] == "application/problem+json")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == "{\"type\":\"https://entrepot.dev/problems/code_taken\",\"title\":\"Taken\","
                + "\"status\":409,\"code\":\"code_taken\",\"detail\":\"Use another.\","
                + "\"requestId\":\"r1\"}"
        )
    }

    @Test func `field errors and numbers stand beside the standard members`() throws {
        var problem = Problem.invalid([
            FieldError(field: "lines[0].sku", code: "required", message: "is required"),
            FieldError(field: "quantity", code: "too_large", message: "m", more: ["limit": 5]),
        ])
        problem = problem.with(["current": 4, "remaining": 1])
        let json = try JSON(parsing: problem.response(requestID: "r2").body)
        #expect(json["status"] == 422)
        #expect(json["code"] == "validation_failed")
        #expect(json["detail"] == "Each of them is listed under errors.")
        #expect(json["current"] == 4)
        #expect(json["remaining"] == 1)
        #expect(
            json["errors"] == [
                ["field": "lines[0].sku", "code": "required", "message": "is required"],
                ["field": "quantity", "code": "too_large", "message": "m", "limit": 5],
            ]
        )
    }

    @Test func `what the client sent cannot leave its member`() throws {
        let problem = Problem(400, "malformed_json", "T", detail: "\"},\"status\":200,{\"\n")
        let json = try JSON(parsing: problem.response(requestID: "\"r\"").body)
        #expect(json["status"] == 400)
        #expect(json["detail"] == "\"},\"status\":200,{\"\n")
        #expect(json["requestId"] == "\"r\"")
    }

    @Test(
        arguments: [
            (Problem.malformedJSON("d"), 400, "malformed_json"),
            (.malformed("d"), 400, "malformed_request"),
            (.unauthenticated, 401, "unauthenticated"), (.forbidden, 403, "forbidden"),
            (.notFound, 404, "not_found"), (.methodNotAllowed([.get]), 405, "method_not_allowed"),
            (.preconditionFailed(current: 3), 412, "precondition_failed"),
            (.tooLarge(bytesMax: 9), 413, "payload_too_large"),
            (.unsupportedMediaType(expected: "a/b"), 415, "unsupported_media_type"),
            (.invalid([]), 422, "validation_failed"),
            (.rateLimited(retryAfterSeconds: 7), 429, "rate_limited"),
            (.internalError(), 500, "internal_error"), (.unavailable("d"), 503, "unavailable"),
        ] as [(Problem, Int, String)]
    )
    func `each refusal has its status and code`(problem: Problem, status: Int, code: String) {
        #expect(problem.status == status)
        #expect(problem.code == code)
        #expect(problem.response(requestID: "r").status == status)
    }

    @Test func `the fields that a status asks for are there`() {
        func header(_ problem: Problem, _ name: String) -> String? {
            problem.response(requestID: "r").headers[name]
        }
        #expect(header(.unauthenticated, "www-authenticate") == "Bearer realm=\"entrepot\"")
        #expect(header(.methodNotAllowed([.get, .head]), "allow") == "GET, HEAD")
        #expect(header(.rateLimited(retryAfterSeconds: 7), "retry-after") == "7")
        #expect(header(.unavailable("d"), "retry-after") == "1")
        #expect(Problem.preconditionFailed(current: 3).more["current"] == 3)
        #expect(Problem.tooLarge(bytesMax: 9).more["limit"] == 9)
    }
}
