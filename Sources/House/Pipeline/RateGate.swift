import Cache
import HTTP
import Scoreboard

/// Finds out who calls and whether they may, with the rate limits taken in the contract's order:
/// by address before the caller is refused, by caller after.
struct RateGate {
    private let worker: Worker
    private let route: Route
    private(set) var headers = Headers()

    init(_ worker: Worker, _ route: Route) {
        self.worker = worker
        self.route = route
    }

    mutating func identify(_ request: Request) throws -> Principal? {
        let limits = worker.settings.rateLimits
        let claim = Result {
            try worker.authenticator.principal(of: request, by: route.proof, worker.database)
        }
        let principal = (try? claim.get()) ?? nil
        if let rule = limits.byAddress(route.limit, isAnonymous: principal == nil) {
            try take(rule, request.remoteAddress)
        }
        try authorize(claim, request)
        if let principal, let rule = limits.byCaller(route.limit) {
            try take(rule, principal.id)
        }
        return principal
    }

    /// Where anyone may call, a token that is no good is as none: else a client could not even have
    /// it renewed.
    private func authorize(
        _ claim: Result<Principal?, any Error>,
        _ request: Request
    ) throws {
        if route.access == .operatorAddresses,
            !worker.settings.metricsAllow.contains(request.remoteAddress)
        {
            throw Problem.forbidden
        }
        guard route.access.needsPrincipal else { return }
        guard let principal = try claim.get() else { throw Problem.unauthenticated }
        guard route.access.allows(principal, isWrite: route.method.isWrite) else {
            throw Problem.forbidden
        }
    }

    private mutating func take(_ rule: RateRule, _ subject: String) throws(Problem) {
        guard let verdict = worker.limiter.take(rule, subject: subject) else { return }
        for (name, value) in verdict.headers { headers.set(name.lowercased(), value) }
        guard verdict.allowed else {
            worker.slot.add(.rateLimited, 1)
            var problem = Problem.rateLimited(retryAfterSeconds: verdict.resetSeconds)
            for field in headers.fields { problem.headers.set(field.name, field.value) }
            throw problem
        }
    }
}
