import Base
import HTTP
import House

/// `GET /ready`: 200 while requests can be served, `degraded` when something that can be done
/// without is away.
enum Ready {
    static func handle(_ call: Call) throws -> Response {
        let checks = Checks(call.worker)
        guard checks.isReady else {
            throw Problem.unavailable(
                checks.mariadb.state == .ok
                    ? "Migrations are missing: run entrepot migrate."
                    : "The database does not answer."
            ).with(["checks": ReadyReply(checks: checks).checksJSON])
        }
        return .json(ReadyReply(checks: checks))
    }
}
