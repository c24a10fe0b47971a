import Base
package import HTTP

/// One request on its way through a handler: what was asked, by whom, and the worker that serves
/// it; a class, since it is handed on often and is large.
package final class Call {
    package let request: Request
    package let route: Route
    package let worker: Worker
    package let principal: Principal?
    /// Of the browser; for a route that programs call it means nothing.
    package let session: PageSession
    /// Following events from here misses nothing of what comes after the answer, if it tells it.
    let eventCursor: String?
    private let parameters: [String]
    private let body: RequestBody

    init(
        request: Request,
        route: Route,
        worker: Worker,
        principal: Principal?,
        session: PageSession,
        eventCursor: String? = nil,
        parameters: [String],
        body: RequestBody
    ) {
        self.request = request
        self.route = route
        self.worker = worker
        self.principal = principal
        self.session = session
        self.eventCursor = eventCursor
        self.parameters = parameters
        self.body = body
    }

    /// Who calls; a route that lets anyone in has to ask for `principal` instead.
    package func caller() throws(Problem) -> Principal {
        guard let principal else { throw .unauthenticated }
        return principal
    }

    /// Whether the caller may do what this page or list shows only to some.
    package func may(_ permission: Permission) -> Bool {
        principal.map { Access.may(permission).allows($0, isWrite: false) } ?? false
    }

    package func path(_ name: String) throws(Problem) -> String {
        guard let index = route.pattern.parameterNames.firstIndex(of: name),
            index < parameters.count
        else { throw .notFound }
        return parameters[index]
    }

    /// An id in the path; one that is not well formed leads nowhere, like one that does not exist.
    package func id(_ name: String, prefix: String) throws(Problem) -> String {
        let id = try path(name)
        guard Identifier.isWellFormed(id, prefix: prefix) else { throw .notFound }
        return id
    }

    package func input<Value: Input>(_ type: Value.Type) throws(Problem) -> Value {
        switch body {
        case .nothing: try type.read(.object([:]))
        case .json(let json): try type.read(json)
        case .form(let form): try type.read(form: form)
        }
    }

    /// The fields of the form as they were typed; none for what is no form.
    package var form: Query {
        guard case .form(let form) = body else { return Query("") }
        return form
    }

    package func query<Value: Input>(_ type: Value.Type) throws(Problem) -> Value {
        try type.read(request.query)
    }

    /// `If-Match`: the caller changes what it saw, or nothing.
    package func requireMatch(version: Int64) throws(Problem) {
        guard ETag.allowsChange(request.headers["if-match"], version: version) else {
            throw .preconditionFailed(current: version)
        }
    }

    package var isDryRun: Bool { request.isDryRun }
}

extension Request {
    var isWrite: Bool { method?.isWrite == true }

    /// The caller asks what would come of a change, and not for the change.
    var isDryRun: Bool { isWrite && query["dryRun"] == "true" }
}

extension Response {
    /// Marks the answer as this version of its object, and as it stands within it.
    package func tagged(version: Int64, revision: String) -> Response {
        with("etag", ETag.of(version: version, revision: revision))
    }

    /// Marks the answer as this version of its object.
    package func tagged(version: Int64) -> Response {
        with("etag", ETag.of(version: version))
    }
}
