package import Database
package import HTTP

/// One endpoint, declared once: the router, the permission check, the limits, the pool, the metrics
/// label and the OpenAPI document all read this.
package struct Route: Sendable {
    /// Which processes serve it, so that a fast request never waits behind a slow one.
    package enum Pool: String, Sendable {
        case fast, slow
        /// Few processes, so that much comes together in each, and its transactions are few.
        case gathering
    }

    /// Whom it is for: programs get JSON and problem documents, people get pages.
    package enum Audience: Sendable {
        case programs, people
    }

    /// What shows who calls.
    package enum Proof: Sendable {
        /// What programs send.
        case header
        /// What a browser keeps for the pages.
        case cookie
        /// Either of them, or a ticket: a page's script follows what programs follow, and an
        /// EventSource sends no headers.
        case headerTicketOrCookie
        /// What a device sends: the key that it was given.
        case deviceKey
    }

    /// The function that answers, and what it is given.
    package enum Handler: Sendable {
        case read(@Sendable (Call) throws -> Response)
        /// Runs inside one transaction, which also holds the idempotency record.
        case write(@Sendable (Call, Transaction) throws -> Response)
        /// Takes all of its requests that are ready together into one transaction, and answers each
        /// with its own verdict; what it refuses it has not begun.
        case gathered(@Sendable ([Call], Transaction) throws -> [Result<Response, any Error>])
    }

    package static let bodyBytesMaxUsual = 1024 * 1024

    package let method: Method
    package let pattern: Pattern
    package let access: Access
    package let summary: String
    package let handler: Handler
    package let audience: Audience
    package var proof: Proof
    package var limit = RateClass.general
    package var pool = Pool.fast
    package var bodyBytesMax = Route.bodyBytesMaxUsual
    package var input: (any Input.Type)?
    package var parameters: (any Input.Type)?
    package var reply: (any Reply.Type)? {
        didSet { isList = reply is any ListAnswer.Type }
    }
    private var isList = false
    package var contentType = "application/json"
    package var status = 200
    /// Shows a form once more, with what was typed and what is wrong with it.
    package var again: (@Sendable (Call, Problem) throws -> Response)?

    init(
        _ method: Method,
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handler: Handler,
        for audience: Audience = .programs
    ) {
        self.method = method
        pattern = Pattern(path)
        self.access = access
        self.summary = summary
        self.handler = handler
        self.audience = audience
        proof = audience == .people ? .cookie : access == .device ? .deviceKey : .header
    }

    package static func get(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call) throws -> Response
    ) -> Route {
        Route(.get, path, access, summary, .read(handle))
    }

    package static func post(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call, Transaction) throws -> Response
    ) -> Route {
        var route = Route(.post, path, access, summary, .write(handle))
        route.status = 201
        return route
    }

    package static func patch(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call, Transaction) throws -> Response
    ) -> Route {
        Route(.patch, path, access, summary, .write(handle))
    }

    package static func put(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call, Transaction) throws -> Response
    ) -> Route {
        Route(.put, path, access, summary, .write(handle))
    }

    package static func delete(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable (Call, Transaction) throws -> Response
    ) -> Route {
        var route = Route(.delete, path, access, summary, .write(handle))
        route.status = 204
        return route
    }

    package static func gathered(
        _ path: String,
        _ access: Access,
        _ summary: String,
        _ handle: @escaping @Sendable ([Call], Transaction) throws -> [Result<Response, any Error>]
    ) -> Route {
        var route = Route(.post, path, access, summary, .gathered(handle))
        route.pool = .gathering
        route.status = 201
        return route
    }

    /// Whether the answer says from where events are to be followed: that of every write, the
    /// beginning of every list, and every page.
    func tellsCursor(to request: Request) -> Bool {
        guard case .read = handler else { return audience == .programs }
        guard audience == .programs else { return request.query[Region.parameter] == nil }
        return isList && request.query["cursor"] == nil
            && [nil, "", "1"].contains(request.query["page"])
    }

    /// `POST contracts`: how logs and metrics name it.
    package var label: String { "\(method.rawValue) \(pattern.text)" }
}

extension Route {
    package func proved(by proof: Proof) -> Route { with(\.proof, proof) }
    package func limited(_ limit: RateClass) -> Route { with(\.limit, limit) }
    package func inPool(_ pool: Pool) -> Route { with(\.pool, pool) }
    package func bodyBytesMax(_ bytes: Int) -> Route { with(\.bodyBytesMax, bytes) }
    package func takes(_ input: any Input.Type) -> Route { with(\.input, input) }
    package func asks(_ parameters: any Input.Type) -> Route { with(\.parameters, parameters) }
    package func replies(_ reply: any Reply.Type) -> Route { with(\.reply, reply) }
    package func replies(_ contentType: String) -> Route { with(\.contentType, contentType) }
    package func answers(_ status: Int) -> Route { with(\.status, status) }

    func with<Value>(_ path: WritableKeyPath<Route, Value>, _ value: Value) -> Route {
        var copy = self
        copy[keyPath: path] = value
        return copy
    }
}
