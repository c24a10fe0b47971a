import Base
import HTTP

/// The body of a request as the route wants it: JSON, the fields of a form, or nothing.
enum RequestBody {
    case nothing
    case json(JSON)
    case form(Query)

    static func read(_ request: Request, _ route: Route) throws(Problem) -> RequestBody {
        guard route.method.isWrite else { return .nothing }
        switch route.audience {
        case .people: return .form(try form(request))
        case .programs: return request.body.isEmpty ? .nothing : .json(try json(request))
        }
    }

    private static func json(_ request: Request) throws(Problem) -> JSON {
        try require("application/json", request)
        do {
            return try JSON(parsing: request.body)
        } catch {
            throw .malformedJSON("At byte \(error.offset): \(error.message).")
        }
    }

    private static func form(_ request: Request) throws(Problem) -> Query {
        guard !request.body.isEmpty else { return Query("") }
        try require(Route.formType, request)
        let form = String(validating: request.body, as: UTF8.self).map { Query($0) }
        guard let form, !form.isMalformed else {
            throw .malformed("The form has a broken percent-escape or too many fields.")
        }
        return form
    }

    private static func require(_ type: String, _ request: Request) throws(Problem) {
        let given = request.headers["content-type"] ?? ""
        guard given.prefix(while: { $0 != ";" }).filter({ $0 != " " }).lowercased() == type else {
            throw .unsupportedMediaType(expected: type)
        }
    }
}
