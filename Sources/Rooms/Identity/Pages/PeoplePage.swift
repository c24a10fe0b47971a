import Base
import Database
import HTTP
import House

/// `GET /admin/users`: everybody, to be found and filtered.
enum PeoplePage {
    static func show(_ call: Call) throws -> Response {
        var query = try call.query(PeopleQuery.self)
        if TableView.wantsCSV(call.request.query) {
            query.paging = Paging(first: TableView.csvRowsMax)
        }
        let database = call.worker.database
        let found = try query.page(database)
        let locked = try SignInFailuresStore.locked(
            found.items.map(\.email),
            at: call.worker.clock.now,
            database
        )
        let table = table(found.items, isLocked: { locked.contains($0.email) })
            .asked(
                by: call,
                sorting: query.sorting,
                total: found.total,
                next: found.next,
                filters: filters(try OrganisationChoice.options(none: "Any", database))
            )
        return try Page.list(
            table,
            in: Frame("People", call.session).active(IdentityPath.people),
            acts: [Act("Add a person", "\(IdentityPath.people)/new")],
            for: call
        )
    }

    private static func table(_ people: [Person], isLocked: (Person) -> Bool) -> TableView {
        TableView(
            "people",
            at: IdentityPath.people,
            columns: [
                .init("Name"), .init("E-mail", sortedBy: "email"), .init("Roles"),
                .init("Organisation"), .init("Status", .status),
                .init("Added", .time, sortedBy: "createdAt"), .init("Id", .id),
            ],
            rows: people.map { person in
                [
                    .link(person.displayName, to: IdentityPath.person(person.id)),
                    .text(person.email), IdentityWords.roles(person.roles),
                    IdentityWords.organisation(person.organisation),
                    IdentityWords.status(person, isLocked: isLocked(person)),
                    .time(person.createdAt), .id(person.id),
                ]
            },
            empty: .init(
                "Nobody yet",
                "Everybody who can sign in stands here.",
                act: Act("Add a person", "\(IdentityPath.people)/new")
            )
        )
    }

    private static func filters(_ organisations: [FormField.Option]) -> [FormField] {
        let any = FormField.Option("", "Any")
        return [
            FormField("q", "Name, e-mail or id", .input(type: "search")),
            FormField(
                "role",
                "Role",
                .choice([any] + Role.allCases.map { .init($0.rawValue, $0.rawValue) })
            ),
            FormField(
                "status",
                "Status",
                .choice([any] + Person.Status.allCases.map { .init($0.rawValue, $0.rawValue) })
            ),
            FormField("organisationId", "Organisation", .choice(organisations)),
        ]
    }
}

/// The organisations as a form offers them.
enum OrganisationChoice {
    /// More would be found by nobody in a list.
    static let optionsMax = 200

    static func options(
        none: String,
        with kept: Person.Affiliation? = nil,
        _ queries: some Queries
    ) throws -> [FormField.Option] {
        var options = try OrganisationsStore.list(limit: optionsMax, queries).map {
            FormField.Option($0.id, $0.name)
        }
        if let kept, !options.contains(where: { $0.value == kept.id }) {
            options.append(.init(kept.id, kept.name))
        }
        return [.init("", none)] + options
    }
}
