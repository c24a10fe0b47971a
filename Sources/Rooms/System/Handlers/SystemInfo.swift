import Base
import Cache
import Database
import HTTP
import House
import Leases
import Scoreboard

/// `GET system/info`: versions, the process table, and who leads.
enum SystemInfo {
    static func handle(_ call: Call) throws -> Response {
        let worker = call.worker
        return .json(
            SystemInfoReply(
                version: worker.version,
                source: worker.settings.source,
                mariadbVersion: try worker.database.serverVersion(),
                redisVersion: worker.cache.serverVersion(),
                migration: worker.migrator.latestNumber,
                leaders: try LeaseHolder.all(worker.database).map(LeaderReply.init),
                processes: worker.scoreboard.processes().map {
                    ProcessReply(row: $0, routes: worker.routes)
                }
            )
        )
    }
}

/// The answer of `system/info`.
struct SystemInfoReply: Reply {
    let version: String
    let source: String
    let mariadbVersion: String
    let redisVersion: String?
    let migration: Int
    let leaders: [LeaderReply]
    let processes: [ProcessReply]

    func write(to reply: inout ReplyWriter) {
        reply.put("version", version)
        reply.put("source", source)
        reply.put("mariadbVersion", mariadbVersion)
        reply.put("redisVersion", redisVersion)
        reply.put("migration", migration)
        reply.put("leaders", leaders)
        reply.put("processes", processes)
    }

    static var sample: SystemInfoReply {
        SystemInfoReply(
            version: "1.0.0",
            source: "api-server-01",
            mariadbVersion: "10.11.19-MariaDB",
            redisVersion: "7.0.15",
            migration: 1,
            leaders: [.sample],
            processes: [.sample]
        )
    }
}

/// Who has a duty that one process among all hosts has.
struct LeaderReply: Reply {
    let holder: LeaseHolder

    func write(to reply: inout ReplyWriter) {
        reply.put("duty", holder.duty)
        reply.put("place", holder.place)
        reply.put("since", holder.heldSince)
    }

    static var sample: LeaderReply {
        LeaderReply(
            holder: LeaseHolder(
                duty: "clock",
                place: "api-server-01, process 4711",
                heldSince: Instant(milliseconds: 1_772_368_496_789)
            )
        )
    }
}

/// A line of the process table.
struct ProcessReply: Reply {
    let role: String
    let index: Int
    let pid: Int64
    let state: String
    let startedAt: Instant
    let restarts: Int
    let requests: Int64
    let connections: Int
    let busyMs: Int64
    let route: String?
    let privateBytes: Int64

    init(row: ProcessRow, routes: [Route]) {
        role = "\(row.role)"
        index = row.index
        pid = Int64(row.pid)
        state = "\(row.state)"
        startedAt = row.startedAt
        restarts = row.restarts
        requests = Int64(row.requests)
        connections = row.connections
        busyMs = Int64(row.busyNanoseconds / 1_000_000)
        route = row.route.flatMap { $0 < routes.count ? routes[$0].label : nil }
        privateBytes = Int64(row.privateBytes)
    }

    private init() {
        role = "worker"
        index = 3
        pid = 4711
        state = "ready"
        startedAt = Instant(milliseconds: 1_772_368_496_789)
        restarts = 0
        requests = 120_000
        connections = 4
        busyMs = 0
        route = nil
        privateBytes = 9_000_000
    }

    func write(to reply: inout ReplyWriter) {
        reply.put("role", role)
        reply.put("index", index)
        reply.put("pid", pid)
        reply.put("state", state)
        reply.put("startedAt", startedAt)
        reply.put("restarts", restarts)
        reply.put("requests", requests)
        reply.put("connections", connections)
        reply.put("busyMs", busyMs)
        reply.put("route", route)
        reply.put("privateBytes", privateBytes)
    }

    static var sample: ProcessReply { ProcessReply() }
}
