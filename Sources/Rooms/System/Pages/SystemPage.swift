import Base
import Cache
import Database
import HTTP
import House
import Scoreboard

/// `GET /admin/system`: what runs, what it needs, and how fast it answers.
enum SystemPage {
    static let path = "/admin/system"
    private static let routesMax = 12
    private static let seconds = 5

    static func show(_ call: Call) throws -> Response {
        let worker = call.worker
        let processes = worker.scoreboard.processes()
        let following = News.clock(seconds: seconds)
        return try Page.parts(
            [
                Region("load", following) { load(worker) },
                Region("dependencies", following) { dependencies(Checks(worker)) },
                Region("processes", following) { table(of: processes, worker) },
                Region("routes", following) { slowest(worker) },
                Region("versions", nil) { try versions(worker, processes) },
            ],
            in: Frame("System", call.session).active(path),
            following: nil,
            for: call
        )
    }

    private static func load(_ worker: Worker) -> Section {
        let samples = worker.scoreboard.samples()
        let charts = LoadCharts(
            LoadInterval.between(samples, countMax: LoadCharts.pointsMax)
        )
        var section = Section("Load")
        section.text = charts.text
        section.charts = charts.all
        return section
    }

    private static func dependencies(_ checks: Checks) -> Section {
        var section = Section("Dependencies")
        section.table =
            TableView(
                "dependencies",
                at: "",
                columns: [.init("Name"), .init("State", .status), .init("Answered in", .number)],
                rows: checks.named.map { name, finding in
                    [
                        .text(SystemWords.dependency(name)), SystemWords.state(finding.state),
                        finding.latencyUs.map {
                            .measure(Double($0) / 1000, decimals: 2, unit: "ms")
                        } ?? .nothing,
                    ]
                },
                empty: .init("None", "What the server needs stands here.")
            ).withoutFile
        return section
    }

    private static func table(of processes: [ProcessRow], _ worker: Worker) -> Section {
        var section = Section("Processes")
        section.table =
            TableView(
                "processes",
                at: "",
                columns: [
                    .init("Process"), .init("State", .status), .init("Pid", .number),
                    .init("Started", .time), .init("Restarts", .number), .init("Requests", .number),
                    .init("Memory of its own", .number), .init("Serves now"),
                ],
                rows: processes.map { row in
                    [
                        .text(
                            row.role == .supervisor
                                ? row.role.name : "\(row.role.name) \(row.index)"
                        ),
                        state(row.state), .text("\(row.pid)"), .time(row.startedAt),
                        .number(Int64(row.restarts)),
                        [.worker, .slow, .gatherer].contains(row.role)
                            ? .number(Int64(row.requests)) : .nothing,
                        .measure(Double(row.privateBytes) / 1_048_576, decimals: 1, unit: "MiB"),
                        row.route.flatMap {
                            $0 < worker.routes.count ? worker.routes[$0].label : nil
                        }
                        .map { .text($0) } ?? .nothing,
                    ]
                },
                empty: .init("None", "Every process of the server stands here.")
            ).withoutFile
        return section
    }

    private static func state(_ state: ProcessState) -> Value {
        switch state {
        case .ready: .status(Status("ready", .good))
        case .starting, .draining: .status(Status(state.name, .moving))
        case .free, .gone: .status(Status(state.name, .quiet))
        }
    }

    private static func slowest(_ worker: Worker) -> Section {
        let figures = worker.routes.indices.compactMap { index -> (Route, RouteFigures)? in
            let figures = worker.scoreboard.totals(route: index)
            return figures.count > 0 ? (worker.routes[index], figures) : nil
        }
        let slowest = figures.sorted { left, right in
            (left.1.slowestPercentMs ?? 0, left.1.meanMs)
                > (right.1.slowestPercentMs ?? 0, right.1.meanMs)
        }
        var section = Section("Slowest routes")
        section.text = "Since the server started, by the time that 99 of 100 stayed below."
        section.table =
            TableView(
                "routes",
                at: "",
                columns: [
                    .init("Route"), .init("Requests", .number), .init("Median", .number),
                    .init("99th percentile", .number), .init("Mean", .number),
                    .init("Failed on our side", .number),
                ],
                rows: slowest.prefix(routesMax).map { route, figures in
                    [
                        .text(route.label), .number(Int64(figures.count)),
                        milliseconds(figures.medianMs), milliseconds(figures.slowestPercentMs),
                        milliseconds(figures.meanMs), .number(Int64(figures.failures)),
                    ]
                },
                empty: .init("No requests yet", "Routes that were asked stand here.")
            ).withoutFile
        return section
    }

    private static func milliseconds(_ number: Double?) -> Value {
        number.map { .measure($0, decimals: 1, unit: "ms") } ?? .nothing
    }

    private static func versions(_ worker: Worker, _ processes: [ProcessRow]) throws -> Section {
        var section = Section("Versions")
        let startedAt = processes.map(\.startedAt).min()
        // Behind the number the distribution names its package.
        let mariadb = String(try worker.database.serverVersion().prefix { $0 != "-" })
        section.figures = [
            .init("Entrepot", .text(worker.version)),
            .init("MariaDB", .text(mariadb)),
            .init("Redis", worker.cache.serverVersion().map { .text($0) } ?? .nothing),
            .init("Migration", .number(Int64(worker.migrator.latestNumber))),
            .init("Host", .text(worker.settings.source)),
            .init("Started", startedAt.map { .time($0) } ?? .nothing),
        ]
        return section
    }
}

extension RouteFigures {
    fileprivate var medianMs: Double? { LatencyBucket.quantileMs(0.5, of: buckets) }
    fileprivate var slowestPercentMs: Double? { LatencyBucket.quantileMs(0.99, of: buckets) }
    fileprivate var meanMs: Double { Double(nanoseconds) / 1_000_000 / Double(max(count, 1)) }

    fileprivate var failures: UInt64 {
        byStatus.reduce(0) { $0 + (($1.code ?? 0) >= 500 ? $1.count : 0) }
    }
}
