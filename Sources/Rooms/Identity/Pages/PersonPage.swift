import Base
import Database
import HTTP
import House

/// `GET /admin/users/:id`: who somebody is, where they are signed in, and what was done to them.
enum PersonPage {
    static let entriesMax = 10

    static func show(_ call: Call) throws -> Response {
        let database = call.worker.database
        let person = try PeopleStore.load(try call.id("id", prefix: "usr"), database)
        let now = call.worker.clock.now
        let secondsLocked = try SignInFailuresStore.secondsLocked(
            email: person.email,
            at: now,
            database
        )
        let entries = try AuditStore.latest(of: "user", person.id, limit: entriesMax, database)
        return try Page.parts(
            [
                sessions(try SessionsStore.list(userID: person.id, at: now, database)),
                keys(try APIKeysStore.list(userID: person.id, database)),
                changes(entries, of: person),
            ],
            about: detail(
                person,
                secondsLocked: secondsLocked,
                hasSecondFactor: try SecondFactorStore.isEnrolled(person.id, database)
            ),
            in: Frame(person.displayName, call.session).under(Act("People", IdentityPath.people)),
            acts: acts(person, isLocked: secondsLocked != nil),
            for: call
        )
    }

    private static func acts(_ person: Person, isLocked: Bool) -> [Act] {
        let path = IdentityPath.person(person.id)
        var acts = [Act("Edit", "\(path)/edit")]
        if isLocked { acts.append(Act("Unlock", "\(path)/unlock")) }
        if person.emailVerifiedAt == nil {
            acts.append(Act("Send confirmation again", "\(path)/verification"))
        }
        acts.append(
            person.status == .active
                ? Act("Disable", "\(path)/disable", isDangerous: true, asks: true)
                : Act("Enable", "\(path)/enable")
        )
        return acts
    }

    private static func detail(
        _ person: Person,
        secondsLocked: Int?,
        hasSecondFactor: Bool
    ) -> DetailView {
        DetailView(
            "Account",
            [
                ("Status", status(person, secondsLocked)),
                ("E-mail", .text(person.email)),
                (
                    "E-mail confirmed",
                    person.emailVerifiedAt.map { .time($0) }
                        ?? .status(Status("not yet", .attention))
                ),
                ("First name", IdentityWords.optional(person.firstName)),
                ("Last name", IdentityWords.optional(person.lastName)),
                ("Phone", IdentityWords.optional(person.phone)),
                ("Roles", .text(Person.ordered(person.roles).joined(separator: ", "))),
                ("Organisation", IdentityWords.organisation(person.organisation)),
                ("Two-factor sign-in", .text(hasSecondFactor ? "on" : "off")),
                ("Time zone", .text(person.timeZone)), ("Added", .time(person.createdAt)),
                ("Id", .id(person.id)),
            ]
        )
    }

    private static func status(_ person: Person, _ secondsLocked: Int?) -> Value {
        guard let seconds = secondsLocked, person.status == .active else {
            return IdentityWords.status(person, isLocked: false)
        }
        let minutes = (seconds + 59) / 60
        return .status(Status("locked for another \(minutes) min", .attention))
    }

    private static func sessions(_ sessions: [Session]) -> Section {
        var section = Section("Sessions")
        section.table =
            TableView(
                "sessions",
                at: "",
                columns: [
                    .init("Signed in through"), .init("With"), .init("From"), .init("Since", .time),
                    .init("Last used", .time), .init("Ends", .time),
                ],
                rows: sessions.map { session in
                    [
                        .text(session.kind == .pages ? "pages" : "API"),
                        session.userAgent.isEmpty
                            ? .nothing : .text(String(session.userAgent.prefix(60))),
                        .text(session.address), .time(session.createdAt), .time(session.lastUsedAt),
                        .time(session.expiresAt),
                    ]
                },
                empty: .init(
                    "Not signed in",
                    "Browsers and programs that are signed in stand here."
                )
            ).withoutFile
        return section
    }

    private static func keys(_ keys: [APIKey]) -> Section {
        var section = Section("API keys")
        section.table =
            TableView(
                "API keys",
                at: "",
                columns: [
                    .init("Name"), .init("Begins with"), .init("May"), .init("Last used", .time),
                    .init("Made", .time),
                ],
                rows: keys.map { key in
                    [
                        .text(key.name), .text(key.prefix),
                        .text(key.scopes.map(\.text).sorted().joined(separator: ", ")),
                        key.lastUsedAt.map { .time($0) } ?? .nothing, .time(key.createdAt),
                    ]
                },
                empty: .init("No API keys", "Keys are made by their owner, in the profile.")
            ).withoutFile
        return section
    }

    private static func changes(_ entries: [AuditEntry], of person: Person) -> Section {
        var section = Section("Changes to this account")
        section.table = AuditTable.short(entries)
        section.act = Act(
            "Everything that \(person.displayName) did",
            "\(IdentityPath.audit)?actorId=\(person.id)"
        )
        return section
    }
}
