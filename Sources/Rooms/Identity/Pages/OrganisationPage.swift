import Base
import Database
import HTTP
import House

/// `GET /admin/organisations/:id`: who belongs to it, and which technicians look after it.
enum OrganisationPage {
    static let membersMax = 10
    static let entriesMax = 10

    static func show(_ call: Call) throws -> Response {
        let database = call.worker.database
        let organisation = try find(call)
        let id = organisation.id
        let count = try OrganisationsStore.memberCounts(of: [id], database)[id] ?? 0
        let members = try PeopleStore.members(of: id, limit: membersMax, database)
        var changes = Section("Changes to this organisation")
        changes.table = AuditTable.short(
            try AuditStore.latest(of: "organisation", id, limit: entriesMax, database)
        )
        return try Page.parts(
            [
                people(members, count: count, of: id),
                technicians(try OrganisationsStore.technicians(of: id, database), of: id), changes,
            ],
            about: detail(organisation),
            in: Frame(organisation.name, call.session)
                .under(Act("Organisations", IdentityPath.organisations)),
            acts: [Act("Edit", "\(IdentityPath.organisation(id))/edit")],
            for: call
        )
    }

    static func find(_ call: Call) throws -> Organisation {
        let id = try call.id("id", prefix: "org")
        guard let found = try OrganisationsStore.find(id, call.worker.database) else {
            throw Problem.notFound
        }
        return found
    }

    private static func detail(_ organisation: Organisation) -> DetailView {
        DetailView(
            "Organisation",
            [
                ("Business", IdentityWords.optional(organisation.businessType)),
                ("E-mail", IdentityWords.optional(organisation.email)),
                ("Phone", IdentityWords.optional(organisation.phone)),
                ("Address", IdentityWords.optional(organisation.address)),
                ("Added", .time(organisation.createdAt)), ("Id", .id(organisation.id)),
            ]
        )
    }

    private static func people(_ members: [Person], count: Int, of id: String) -> Section {
        var section = Section("People")
        section.table =
            TableView(
                "people",
                at: "",
                columns: [
                    .init("Name"), .init("E-mail"), .init("Roles"), .init("Status", .status),
                ],
                rows: members.map { person in
                    [
                        .link(person.displayName, to: IdentityPath.person(person.id)),
                        .text(person.email), IdentityWords.roles(person.roles),
                        IdentityWords.status(person, isLocked: false),
                    ]
                },
                empty: .init(
                    "Nobody belongs to it yet",
                    "Open a person and choose this organisation to let them see what is its own."
                )
            ).withoutFile
        if count > 0 {
            section.act = Act(
                count == 1 ? "As a list" : "All \(NumberText.grouped(Int64(count))) people",
                "\(IdentityPath.people)?organisationId=\(id)"
            )
        }
        return section
    }

    private static func technicians(_ technicians: [Person], of id: String) -> Section {
        let path = "\(IdentityPath.organisation(id))/technicians"
        var section = Section("Technicians")
        section.act = Act("Link a technician", path)
        section.table =
            TableView(
                "technicians",
                at: "",
                columns: [.init("Name"), .init("E-mail"), .init("Status", .status), .init("Link")],
                rows: technicians.map { person in
                    [
                        .link(person.displayName, to: IdentityPath.person(person.id)),
                        .text(person.email), IdentityWords.status(person, isLocked: false),
                        .link("Unlink", to: "\(path)/\(person.id)/unlink"),
                    ]
                },
                empty: .init(
                    "No technician is linked",
                    "Linked technicians see this organisation's cold cells, devices and alerts."
                )
            ).withoutFile
        return section
    }
}
