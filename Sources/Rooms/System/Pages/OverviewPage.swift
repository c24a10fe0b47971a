import Base
import HTTP
import House

/// `GET /admin`: who one is, how things stand, and where one can go.
enum OverviewPage {
    static func show(_ call: Call) throws -> Response {
        let person = try call.caller()
        let all =
            HealthOverview.regions(call) + (try call.worker.rooms.flatMap { try $0.overview(call) })
        let regions = Navigation.Group.first(for: person.roles).flatMap { group in
            all.filter { $0.group == group }
        }
        return try Page.parts(
            regions + [Region("ways", nil) { ways(for: person, call) }],
            after: lead(person),
            in: Frame("Overview", call.session).active(Route.pageRoot),
            following: nil,
            for: call
        )
    }

    private static func lead(_ person: Principal) -> String {
        let roles = Role.allCases.filter(person.roles.contains).map(\.rawValue)
        let who = person.name == person.email ? person.email : "\(person.name), \(person.email)"
        return "Signed in as \(who): \(roles.joined(separator: ", "))."
    }

    private static func ways(for person: Principal, _ call: Call) -> Section {
        var section = Section("What you may open")
        section.ways = SearchPage.pages(for: person, call).map { entry, route in
            (Act(entry.title, entry.path), route.summary)
        }
        if section.ways.isEmpty {
            section.text =
                "No other page yet. An administrator can give you a role that opens more."
        }
        return section
    }
}

/// How each dependency is, on the first page.
enum HealthOverview {
    private static let seconds = 15

    static func regions(_ call: Call) -> [Region] {
        guard call.may(.readSystem) else { return [] }
        return [Region("health", .clock(seconds: seconds)) { section(call) }]
    }

    private static func section(_ call: Call) -> Section {
        let checks = Checks(call.worker)
        var section = Section("Health")
        section.text =
            checks.isWhole
            ? nil
            : checks.isReady
                ? "Something is missing; what does not need it goes on."
                : "The database is not ready: hardly anything works."
        section.figures = checks.named.map { name, finding in
            .init(SystemWords.dependency(name), SystemWords.state(finding.state))
        }
        if call.may(.manageSystem) { section.act = Act("System", SystemPage.path) }
        return section
    }
}

/// How values of this room are shown.
enum SystemWords {
    static func dependency(_ name: String) -> String {
        switch name {
        case "mariadb": "MariaDB"
        case "redis": "Redis"
        case "mqtt": "MQTT broker"
        case "migrations": "Migrations"
        default: "Disk"
        }
    }

    static func state(_ state: Checks.State) -> Value {
        let tone: Status.Tone =
            switch state {
            case .ok: .good
            case .failed, .missing: .bad
            case .low: .attention
            case .off: .quiet
            }
        return .status(Status(state.rawValue, tone))
    }
}
