import Base
import HTTP
import House

/// `GET /admin`: who one is, how things stand, and where one can go.
enum OverviewPage {
    static func show(_ call: Call) throws -> Response {
        let person = try call.caller()
        var sections = HealthOverview.section(call)
        for room in call.worker.rooms { sections += try room.overview(call) }
        sections = Navigation.Group.allCases.flatMap { group in
            sections.filter { $0.group == group }
        }
        sections.append(ways(for: person, call))
        return try Page.parts(
            sections,
            after: lead(person),
            in: Frame("Overview", call.session).active(Route.pageRoot),
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
    static func section(_ call: Call) -> [Section] {
        guard let person = call.principal,
            Access.may(.readSystem).allows(person, isWrite: false)
        else { return [] }
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
        if Access.may(.manageSystem).allows(person, isWrite: false) {
            section.act = Act("System", SystemPage.path)
        }
        return [section]
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
