import Base
import Database
package import HTTP
import Scoreboard

/// The way of every request: checks in the order in which the contract refuses, then the handler,
/// then the answer's last touches.
package struct Pipeline {
    static let cursorField = "event-cursor"

    private let worker: Worker
    private let router: Router
    private let cors: CORS
    private let sweep: IdempotencySweep

    /// What is left to do for a request once nothing stands in its way.
    private struct Admitted {
        let index: Int
        let call: Call
        let entry: AccessEntry
        let marks: Headers
    }

    package init(_ worker: Worker) {
        self.worker = worker
        router = Router(worker.routes.map { ($0.method, $0.pattern) })
        cors = CORS(origins: worker.settings.corsOrigins)
        sweep = IdempotencySweep(worker)
    }

    /// Serves what was ready together: one after the other, but requests of a gathering route all
    /// at once.
    package func serve(_ requests: [Request], _ answer: (Int, Response) -> Void) {
        var gatherings: [Int: [Admitted]] = [:]
        for (index, request) in requests.enumerated() {
            var entry = AccessEntry(request, worker)
            let place = router.match(entry.request.method, entry.request.path)
            entry.begin(place, worker)
            var marks = Headers()
            do {
                let admitted = try admit(entry, at: index, place, &marks)
                guard case .gathered = admitted.call.route.handler, !request.isDryRun else {
                    let response = run(admitted)
                    answer(index, entry.finish(touched(response, entry.request), worker))
                    continue
                }
                gatherings[entry.routeIndex, default: []].append(admitted)
            } catch {
                let response = marked(refusal(error, entry.request), marks)
                answer(index, entry.finish(touched(response, entry.request), worker))
            }
        }
        for group in gatherings.values { gather(group, answer) }
        sweep.run(after: requests)
    }

    /// `marks` are the header fields that the answer bears from here on, whatever it will be.
    private func admit(
        _ entry: AccessEntry,
        at index: Int,
        _ place: Router.Match,
        _ marks: inout Headers
    ) throws -> Admitted {
        let request = entry.request
        if let preflight = cors.preflight(request) { throw ShortAnswer(response: preflight) }
        try refuseTooLarge(request, place)
        let (route, parameters) = try found(place, request)
        let principal = try identify(request, route, &marks)
        if request.isDryRun { marks.set("dry-run", "true") }
        // Before anything is read or written: from here on nothing may be missed.
        let cursor = route.tellsCursor(to: request) ? worker.eventCursor() : nil
        if let cursor { marks.set(Pipeline.cursorField, cursor) }
        let body = try RequestBody.read(request, route)
        try refuseMalformed(request)
        let session = try session(request, route, principal, body)
        let call = Call(
            request: request,
            route: route,
            worker: worker,
            principal: principal,
            session: session,
            eventCursor: cursor,
            parameters: parameters,
            body: body
        )
        return Admitted(index: index, call: call, entry: entry, marks: marks)
    }

    private func identify(
        _ request: Request,
        _ route: Route,
        _ marks: inout Headers
    ) throws -> Principal? {
        var gate = RateGate(worker, route)
        defer { marks = gate.headers }
        return try gate.identify(request)
    }

    /// A form that another site made a browser send lacks what only our own page knew.
    private func session(
        _ request: Request,
        _ route: Route,
        _ principal: Principal?,
        _ body: RequestBody
    ) throws(Problem) -> PageSession {
        guard route.audience == .people else { return PageSession(principal: principal, csrf: "") }
        let session = PageSession(request, principal: principal)
        if case .form(let form) = body, !session.isOwn(form) { throw .foreignForm }
        return session
    }

    private func refuseMalformed(_ request: Request) throws(Problem) {
        guard !request.query.isMalformed else {
            throw .malformed("The query has a broken percent-escape or too many parameters.")
        }
        // A wish that was misspelt must not be answered by doing it.
        guard !request.isWrite || [nil, "", "true", "false"].contains(request.query["dryRun"])
        else { throw .malformed("dryRun is true or false.") }
    }

    private func refuseTooLarge(_ request: Request, _ place: Router.Match) throws(Problem) {
        var bytesMax = Route.bodyBytesMaxUsual
        if case .found(let index, _) = place { bytesMax = worker.routes[index].bodyBytesMax }
        guard request.bodyBytesAnnounced <= bytesMax else { throw .tooLarge(bytesMax: bytesMax) }
    }

    private func found(
        _ place: Router.Match,
        _ request: Request
    ) throws -> (Route, [String]) {
        switch place {
        case .nothing: throw Problem.notFound
        case .found(let index, let parameters): return (worker.routes[index], parameters)
        case .wrongMethod(let allowed):
            guard request.method == .options else { throw Problem.methodNotAllowed(allowed) }
            let list = allowed.map(\.rawValue).joined(separator: ", ")
            throw ShortAnswer(response: Response.noContent.with("allow", list))
        }
    }

    private func run(_ admitted: Admitted) -> Response {
        let call = admitted.call
        do {
            worker.database.deadlineNanoseconds = deadline(of: call.request)
            switch call.route.handler {
            case .read(let handle): return marked(try handle(call), admitted.marks)
            case .write(let handle): return marked(try Writing(call).run(handle), admitted.marks)
            case .gathered(let handle):
                return marked(try Gathering(worker, handle).tryDry(call), admitted.marks)
            }
        } catch {
            return marked(shownAgain(error, call) ?? refusal(error, call.request), admitted.marks)
        }
    }

    /// The form with what is wrong in it, when a form's own handler refused.
    private func shownAgain(_ error: any Error, _ call: Call) -> Response? {
        guard let show = call.route.again, let problem = error as? Problem,
            (400..<500).contains(problem.status), problem.status != 404
        else { return nil }
        do {
            var response = try show(call, problem)
            response.status = problem.status
            return response
        } catch {
            return refusal(error, call.request)
        }
    }

    private func gather(_ group: [Admitted], _ answer: (Int, Response) -> Void) {
        guard let first = group.first, case .gathered(let handle) = first.call.route.handler else {
            return
        }
        worker.database.deadlineNanoseconds = deadline(of: first.call.request)
        let verdicts = Gathering(worker, handle).run(group.map(\.call))
        for (admitted, verdict) in zip(group, verdicts) {
            let request = admitted.call.request
            let response: Response
            switch verdict {
            case .success(let given): response = given
            case .failure(let error): response = refusal(error, request)
            }
            let whole = touched(marked(response, admitted.marks), request)
            answer(admitted.index, admitted.entry.finish(whole, worker))
        }
    }

    private func deadline(of request: Request) -> UInt64 {
        request.receivedAtNanoseconds
            + UInt64(worker.settings.processes.requestDeadlineMs) * 1_000_000
    }

    /// A repeated answer keeps the cursor of the first: it tells how things stood then.
    private func marked(_ response: Response, _ marks: Headers) -> Response {
        var response = response
        let keepsCursor = response.headers[Pipeline.cursorField] != nil
        for field in marks.fields where !keepsCursor || field.name != Pipeline.cursorField {
            response.headers.set(field.name, field.value)
        }
        return response
    }

    /// A refusal goes out as it is; anything else is logged whole, and the client learns only that
    /// it happened.
    private func refusal(_ error: any Error, _ request: Request) -> Response {
        if let short = error as? ShortAnswer { return short.response }
        if let problem = error as? Problem { return answer(problem, request) }
        let problem = Failure.problem(for: error)
        worker.slot.add(.faults, 1)
        worker.log.error(
            "request failed",
            [
                "requestId": .string(request.id), "path": .string(request.path),
                "error": .string("\(error)"),
            ]
        )
        return answer(problem, request)
    }

    /// Who sees the page of a refusal; nobody when that cannot be found out either.
    private func visitor(_ request: Request) -> PageSession {
        let principal = Result {
            try worker.authenticator.principal(of: request, by: .cookie, worker.database)
        }
        return PageSession(request, principal: (try? principal.get()) ?? nil)
    }

    /// People get a page, unless it fails itself; programs get the document.
    private func answer(_ problem: Problem, _ request: Request) -> Response {
        guard ProblemPage.isWanted(by: request) else {
            return problem.response(requestID: request.id)
        }
        do {
            return try ProblemPage.response(problem, request, worker, visitor(request))
        } catch {
            worker.log.error("no page for a problem", ["error": .string("\(error)")])
            return problem.response(requestID: request.id)
        }
    }

    /// An answer to HEAD keeps its body, from which the length is told; nginx sends none of it.
    private func touched(_ response: Response, _ request: Request) -> Response {
        var response = response
        let isRead = request.method == .get || request.method == .head
        if isRead, response.status == 200, let tag = response.headers["etag"],
            ETag.noneMatch(request.headers["if-none-match"], tag)
        {
            response.status = 304
            response.body = []
            response.headers.remove("content-type")
        }
        response.headers.set("x-request-id", request.id)
        cors.mark(&response, request)
        if response.headers["cache-control"] == nil {
            response.headers.add("cache-control", "no-store")
        }
        return response.sealed
    }
}

/// An answer that is found before any handler is asked.
struct ShortAnswer: Error {
    let response: Response
}
