import HTTP

/// Lets pages of listed origins call the API; a preflight is answered from the list alone.
struct CORS {
    private static let exposed = [
        "ETag", "Location", "Event-Cursor", "X-Request-Id", "Idempotency-Replayed", "Dry-Run",
        "Retry-After", "RateLimit", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining",
        "RateLimit-Reset",
    ].joined(separator: ", ")
    private static let headers = [
        "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match",
        "Last-Event-ID", "X-Request-Id",
    ].joined(separator: ", ")
    private static let methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    private static let preflightSeconds = 600

    private let origins: Set<String>

    init(origins: [String]) {
        self.origins = Set(origins)
    }

    func preflight(_ request: Request) -> Response? {
        guard request.method == .options, request.headers["origin"] != nil,
            request.headers["access-control-request-method"] != nil
        else { return nil }
        guard allows(request) else { return .noContent }
        return Response.noContent
            .with("access-control-allow-methods", CORS.methods)
            .with("access-control-allow-headers", CORS.headers)
            .with("access-control-max-age", "\(CORS.preflightSeconds)")
    }

    func mark(_ response: inout Response, _ request: Request) {
        guard !origins.isEmpty else { return }
        response.headers.add("vary", "Origin")
        guard allows(request), let origin = request.headers["origin"] else { return }
        response.headers.add("access-control-allow-origin", origin)
        response.headers.add("access-control-allow-credentials", "true")
        response.headers.add("access-control-expose-headers", CORS.exposed)
    }

    private func allows(_ request: Request) -> Bool {
        request.headers["origin"].map(origins.contains) ?? false
    }
}
