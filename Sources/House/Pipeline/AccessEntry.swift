import Base
import Cache
import Database
import HTTP
import Scoreboard

/// What is counted and logged of one request; it also settles the request's id.
struct AccessEntry {
    private(set) var request: Request
    private(set) var routeIndex: Int

    init(_ request: Request, _ worker: Worker) {
        self.request = request
        routeIndex = worker.routes.count
        self.request.id = AccessEntry.id(request, worker)
    }

    /// What leads nowhere is counted together, one place behind the last route.
    mutating func begin(_ place: Router.Match, _ worker: Worker) {
        if case .found(let index, _) = place { routeIndex = index }
        worker.slot.began(route: routeIndex, at: monotonicNanoseconds())
    }

    func finish(_ response: Response, _ worker: Worker) -> Response {
        let now = monotonicNanoseconds()
        let nanoseconds = now - request.receivedAtNanoseconds
        let statistics = worker.database.takeStatistics()
        worker.slot.finished(
            route: routeIndex,
            status: response.status,
            nanoseconds: nanoseconds,
            at: now
        )
        worker.slot.add(.databaseStatements, UInt64(statistics.statements))
        worker.slot.add(.databaseRoundTrips, UInt64(statistics.roundTrips))
        worker.slot.add(.databaseCommits, UInt64(statistics.commits))
        worker.slot.add(.databaseNanoseconds, statistics.nanoseconds)
        worker.slot.add(.databaseRetries, UInt64(statistics.retries))
        worker.slot.add(.databaseConnects, UInt64(statistics.connects))
        worker.slot.add(.lockFailures, UInt64(statistics.lockFailures))
        worker.slot.add(.redisFailures, worker.cache.takeRedisFailures())
        log(response, nanoseconds, statistics.nanoseconds, worker)
        return response
    }

    private func log(
        _ response: Response,
        _ nanoseconds: UInt64,
        _ databaseNanoseconds: UInt64,
        _ worker: Worker
    ) {
        let route = routeIndex < worker.routes.count ? worker.routes[routeIndex].label : "none"
        worker.log.info(
            "request",
            [
                "requestId": .string(request.id), "route": .string(route),
                "path": .string(request.path), "status": .integer(Int64(response.status)),
                "durationUs": .integer(Int64(nanoseconds / 1000)),
                "databaseUs": .integer(Int64(databaseNanoseconds / 1000)),
                "bytes": .integer(Int64(response.body.count)),
                "address": .string(request.remoteAddress),
            ]
        )
    }

    /// A client's own id is kept when it is short and plain, so that a call can be followed across
    /// systems.
    private static func id(_ request: Request, _ worker: Worker) -> String {
        if let given = request.headers["x-request-id"], (1...64).contains(given.utf8.count),
            given.utf8.allSatisfy(isPlain)
        {
            return given
        }
        return Identifier.ulid(at: worker.clock.now, random: &worker.random)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
