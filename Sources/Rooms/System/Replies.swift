import Base
import HTTP
import House
import Scoreboard

/// The answer of `/ready`.
struct ReadyReply: Reply {
    let checks: Checks

    func write(to reply: inout ReplyWriter) {
        reply.put("status", checks.isWhole ? Readiness.ready : .degraded)
        reply.put("checks", StatesReply(checks: checks))
    }

    var checksJSON: JSON {
        .object(
            JSONObject(
                checks.named.map { .init(key: $0.name, value: .string($0.finding.state.rawValue)) }
            )
        )
    }

    static var sample: ReadyReply { ReadyReply(checks: .sample) }
}

enum Readiness: String, CaseIterable {
    case ready, degraded, unavailable
}

/// Each dependency with its state alone.
private struct StatesReply: Reply {
    let checks: Checks

    func write(to reply: inout ReplyWriter) {
        for (name, finding) in checks.named { reply.put(name, finding.state) }
    }

    static var sample: StatesReply { StatesReply(checks: .sample) }
}

/// The answer of `system/health`.
struct SystemHealthReply: Reply {
    let checks: Checks
    let version: String
    let uptimeSeconds: Int64

    func write(to reply: inout ReplyWriter) {
        let readiness: Readiness =
            checks.isWhole ? .ready : checks.isReady ? .degraded : .unavailable
        reply.put("status", readiness)
        reply.put("version", version)
        reply.put("uptimeSeconds", uptimeSeconds)
        reply.put("checks", FindingsReply(checks: checks))
    }

    static var sample: SystemHealthReply {
        SystemHealthReply(checks: .sample, version: "1.0.0", uptimeSeconds: 86_400)
    }
}

private struct FindingsReply: Reply {
    let checks: Checks

    func write(to reply: inout ReplyWriter) {
        for (name, finding) in checks.named { reply.put(name, finding) }
    }

    static var sample: FindingsReply { FindingsReply(checks: .sample) }
}

extension Checks.Finding: Reply {
    func write(to reply: inout ReplyWriter) {
        reply.put("status", state)
        reply.put("latencyUs", latencyUs)
    }

    static var sample: Checks.Finding { Checks.Finding(state: .ok, latencyUs: 120) }
}

extension Checks {
    var named: [(name: String, finding: Finding)] {
        [
            ("mariadb", mariadb), ("migrations", migrations), ("redis", redis), ("mqtt", mqtt),
            ("disk", disk),
        ]
    }

    static var sample: Checks {
        Checks(all: Finding.sample)
    }

    private init(all finding: Finding) {
        mariadb = finding
        migrations = finding
        redis = finding
        mqtt = finding
        disk = finding
    }
}
