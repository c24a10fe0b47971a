import Base
import HTTP
import House
import Scoreboard

/// `GET system/health`: the same as `/ready`, with how long each dependency took.
enum SystemHealth {
    static func handle(_ call: Call) throws -> Response {
        let worker = call.worker
        let startedAt = worker.scoreboard.processes().map(\.startedAt).min() ?? worker.clock.now
        let uptimeMs = worker.clock.now.milliseconds - startedAt.milliseconds
        return .json(
            SystemHealthReply(
                checks: Checks(worker),
                version: worker.version,
                uptimeSeconds: uptimeMs / 1000
            )
        )
    }
}
