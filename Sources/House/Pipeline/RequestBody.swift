import Base
import HTTP

/// The body of a request as the route wants it: JSON, or nothing.
enum RequestBody {
    static func read(_ request: Request, _ route: Route) throws(Problem) -> JSON? {
        guard route.method.isWrite, !request.body.isEmpty else { return nil }
        guard isJSON(request.headers["content-type"]) else {
            throw .unsupportedMediaType(expected: "application/json")
        }
        do {
            return try JSON(parsing: request.body)
        } catch {
            throw .malformedJSON("At byte \(error.offset): \(error.message).")
        }
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let type = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return type == "application/json"
    }
}
