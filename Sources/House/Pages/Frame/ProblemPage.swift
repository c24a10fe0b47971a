import Base
import HTTP

/// A refusal as people read it: what happened, and what to do next.
enum ProblemPage {
    /// Whether a page is meant, by its address; a program can still ask for the document.
    static func isWanted(by request: Request) -> Bool {
        guard Route.isPage(request.path) else { return false }
        guard let accepted = request.headers["accept"] else { return true }
        return ["text/html", "text/*", "*/*"].contains { accepted.contains($0) }
    }

    static func response(
        _ problem: Problem,
        _ request: Request,
        _ worker: Worker,
        _ session: PageSession
    ) throws -> Response {
        if problem.status == 401, request.method == .get || request.method == .head {
            return .seeOther(signIn(request))
        }
        let frame = Frame(problem.title, session)
        var response = try Page.response(
            "admin/problem.html",
            ["problem": json(problem, request)],
            in: frame,
            request,
            worker
        )
        response.status = problem.status
        for field in problem.headers.fields { response.headers.set(field.name, field.value) }
        return response
    }

    /// Signing in leads back to where somebody wanted to go.
    private static func signIn(_ request: Request) -> String {
        let query = request.query.raw
        let there = query.isEmpty ? request.path : request.path + "?" + query
        guard let back = Address.ownPage(there), back != Route.pageRoot else {
            return Frame.signInPath
        }
        return Address.of(Frame.signInPath, Query(""), setting: [("next", back)])
    }

    private static func json(_ problem: Problem, _ request: Request) -> JSON {
        [
            "status": .integer(Int64(problem.status)), "title": .string(problem.title),
            "detail": problem.detail.map { .string($0) } ?? nil,
            "advice": .string(advice(problem)),
            "act": .object(act(problem).json),
            "errors": .array(problem.errors.map { .string("\($0.field) \($0.message)") }),
            "hasErrors": .bool(!problem.errors.isEmpty),
            "requestId": .string(request.id),
        ]
    }

    private static func act(_ problem: Problem) -> Act {
        problem.status == 401
            ? Act("Sign in", Frame.signInPath) : Act("Go to the overview", Route.pageRoot)
    }

    private static func advice(_ problem: Problem) -> String {
        switch problem.status {
        case 401: "Sign in, then do it again. What you typed was not kept."
        case 403:
            "If you should be able to do this, ask an administrator for a role that allows it."
        case 404: "Check the address, or look for it from the overview."
        case 409, 412: "Go back, load the page again to see how it stands now, and repeat."
        case 400, 405, 415, 422: "Go back, load the page again, and send it once more."
        case 413: "Go back and send less."
        case 429: "Wait a moment, then load the page again."
        case 503: "Load the page again in a few seconds."
        default:
            "Load the page again. If it fails once more, tell whoever runs Entrepot, "
                + "with the reference below."
        }
    }
}
