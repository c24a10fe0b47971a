import Base
import HTTP
import House
import Jobs
import Scoreboard

/// `GET /metrics`: what all processes counted in shared memory, in Prometheus' text format.
enum Metrics {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func handle(_ call: Call) throws -> Response {
        var text = MetricsText()
        requests(call.worker, &text)
        counters(call.worker.scoreboard, &text)
        sizes(call.worker.scoreboard, &text)
        relay(call.worker.scoreboard.relay, &text)
        hubs(call.worker.scoreboard, &text)
        processes(call.worker.scoreboard, &text)
        jobs(call.worker, &text)
        return .bytes(text.bytes, contentType: contentType)
    }

    private static func requests(_ worker: Worker, _ text: inout MetricsText) {
        let labels = worker.routes.map(\.label) + ["none"]
        let figures = labels.indices.map { worker.scoreboard.totals(route: $0) }
        text.family("entrepot_requests_total", "counter", "Requests by route and status.")
        for (label, figure) in zip(labels, figures) {
            for (code, count) in figure.byStatus {
                text.sample(
                    "entrepot_requests_total",
                    count,
                    [("route", label), ("status", code.map { "\($0)" } ?? "other")]
                )
            }
        }
        let name = "entrepot_request_duration_seconds"
        text.family(name, "histogram", "From the request read to the answer written.")
        for (label, figure) in zip(labels, figures) where figure.count > 0 {
            text.buckets(
                name,
                figure.buckets,
                bounds: LatencyBucket.boundsMicroseconds.map { Double($0) / 1_000_000 },
                [("route", label)]
            )
            text.sample(name + "_sum", seconds: figure.nanoseconds, [("route", label)])
        }
    }

    /// What a transaction held up, and how many it served at once.
    private static func sizes(_ scoreboard: SharedScoreboard, _ text: inout MetricsText) {
        let locks: [(Histogram, name: String, help: String)] = [
            (
                .lockWait, "entrepot_lock_wait_seconds",
                "How long a transaction waited for the rows that it locked."
            ),
            (
                .lockHold, "entrepot_lock_hold_seconds",
                "From a transaction's first lock to its end."
            ),
        ]
        for (histogram, name, help) in locks {
            let figures = scoreboard.totals(histogram)
            text.family(name, "histogram", help)
            text.buckets(
                name,
                figures.buckets,
                bounds: histogram.bounds.map { Double($0) / 1_000_000_000 }
            )
            text.sample(name + "_sum", seconds: figures.sum, [])
        }
        let name = "entrepot_gathered_requests"
        let figures = scoreboard.totals(.gathered)
        text.family(name, "histogram", "How many requests one transaction served.")
        text.buckets(name, figures.buckets, bounds: Histogram.gathered.bounds)
        text.sample(name + "_sum", figures.sum, [])
    }

    private static func counters(_ scoreboard: SharedScoreboard, _ text: inout MetricsText) {
        for counter in Counter.allCases {
            let name = "entrepot_" + MetricsText.snakeCase(counter.name) + "_total"
            text.family(name, "counter", "Since the server started.")
            text.sample(name, scoreboard.total(counter), [])
        }
    }

    private static func relay(_ relay: RelayBoard, _ text: inout MetricsText) {
        text.family("entrepot_relay_leads", "gauge", "1 where the leader of all relays runs.")
        text.sample("entrepot_relay_leads", relay.leads ? 1 : 0, [])
        guard let position = relay.position else { return }
        text.family("entrepot_event_position", "gauge", "The newest event in the one order.")
        text.sample("entrepot_event_position", UInt64(max(0, position)), [])
    }

    private static func hubs(_ scoreboard: SharedScoreboard, _ text: inout MetricsText) {
        let newest = scoreboard.relay.position ?? 0
        text.family("entrepot_hub_lag_events", "gauge", "Events that a hub has not told of yet.")
        // One that nobody follows reads nothing, and is not behind.
        for row in scoreboard.processes() where row.role == .hub && row.position > 0 {
            text.sample(
                "entrepot_hub_lag_events",
                UInt64(max(0, newest - row.position)),
                [("index", "\(row.index)"), ("pid", "\(row.pid)")]
            )
        }
    }

    private static func processes(_ scoreboard: SharedScoreboard, _ text: inout MetricsText) {
        let rows = scoreboard.processes()
        let columns: [(name: String, help: String, value: (ProcessRow) -> UInt64)] = [
            ("entrepot_process_private_bytes", "Memory of the process alone.", \.privateBytes),
            (
                "entrepot_process_connections", "Connections that nginx keeps.",
                { UInt64($0.connections) }
            ),
            ("entrepot_process_restarts", "Restarts in this place.", { UInt64($0.restarts) }),
            (
                "entrepot_process_busy_seconds", "Age of the running request.",
                { $0.busyNanoseconds / 1_000_000_000 }
            ),
        ]
        for column in columns {
            text.family(column.name, "gauge", column.help)
            for row in rows {
                text.sample(
                    column.name,
                    column.value(row),
                    [("role", "\(row.role)"), ("index", "\(row.index)"), ("pid", "\(row.pid)")]
                )
            }
        }
    }
}

extension Metrics {
    /// Of all hosts, as the database has them; without it they are left out, and the rest is told.
    private static func jobs(_ worker: Worker, _ text: inout MetricsText) {
        let standings: [JobStanding]
        do {
            standings = try JobsStore.standings(worker.database).values.sorted {
                $0.name < $1.name
            }
        } catch {
            worker.log.warning("no figures of jobs", ["error": .string("\(error)")])
            return
        }
        let columns: [(name: String, kind: String, help: String, value: (JobStanding) -> Int64)] = [
            ("entrepot_job_runs_total", "counter", "Runs of each job.", \.runsTotal),
            (
                "entrepot_job_failures_total", "counter", "Runs that failed or did not end.",
                \.failuresTotal
            ),
            (
                "entrepot_job_last_success_seconds", "gauge", "When it succeeded last; 0: never.",
                { ($0.succeededAt?.milliseconds ?? 0) / 1000 }
            ),
        ]
        for column in columns {
            text.family(column.name, column.kind, column.help)
            for standing in standings {
                text.sample(
                    column.name,
                    UInt64(max(0, column.value(standing))),
                    [("job", standing.name)]
                )
            }
        }
    }
}

/// Lines of Prometheus' exposition format.
struct MetricsText {
    private(set) var bytes: [UInt8] = []

    mutating func family(_ name: String, _ kind: String, _ help: String) {
        bytes.append(contentsOf: "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n".utf8)
    }

    mutating func sample(_ name: String, _ value: UInt64, _ labels: [(String, String)]) {
        line(name, "\(value)", labels)
    }

    mutating func sample(_ name: String, seconds nanoseconds: UInt64, _ labels: [(String, String)])
    {
        line(name, "\(Double(nanoseconds) / 1_000_000_000)", labels)
    }

    /// The columns of a histogram, each with what is in those before it, and their count; its sum
    /// is a sample of its own.
    mutating func buckets(
        _ name: String,
        _ buckets: [UInt64],
        bounds: [some CustomStringConvertible],
        _ labels: [(String, String)] = []
    ) {
        var count: UInt64 = 0
        for (column, inBucket) in buckets.enumerated() {
            count += inBucket
            let bound = column < bounds.count ? "\(bounds[column])" : "+Inf"
            sample(name + "_bucket", count, labels + [("le", bound)])
        }
        sample(name + "_count", count, labels)
    }

    static func snakeCase(_ name: String) -> String {
        String(name.flatMap { $0.isUppercase ? ["_", Character($0.lowercased())] : [$0] })
    }

    private mutating func line(_ name: String, _ value: String, _ labels: [(String, String)]) {
        let pairs = labels.map { "\($0.0)=\"\(MetricsText.escaped($0.1))\"" }
        let list = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
        bytes.append(contentsOf: "\(name)\(list) \(value)\n".utf8)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
    }
}
