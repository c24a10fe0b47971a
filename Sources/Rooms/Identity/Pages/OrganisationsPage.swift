import Base
import Database
import HTTP
import House

/// `GET /admin/organisations`: every tenant.
enum OrganisationsPage {
    private static let add = Act("Add an organisation", "\(IdentityPath.organisations)/new")

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(OrganisationsQuery.self)
        if TableView.wantsCSV(call.request.query) {
            query.paging = Paging(first: TableView.csvRowsMax)
        }
        let database = call.worker.database
        let found = try query.page(database)
        let counts = try OrganisationsStore.memberCounts(of: found.items.map(\.id), database)
        let table = table(found.items, counts)
            .asked(
                by: call,
                sorting: query.sorting,
                total: found.total,
                next: found.next,
                filters: [FormField("q", "Name, e-mail or id", .input(type: "search"))]
            )
        return try Page.list(
            table,
            in: Frame("Organisations", call.session).active(IdentityPath.organisations),
            acts: [add],
            for: call
        )
    }

    private static func table(
        _ organisations: [Organisation],
        _ counts: [String: Int]
    ) -> TableView {
        TableView(
            "organisations",
            at: IdentityPath.organisations,
            columns: [
                .init("Name", sortedBy: "name"), .init("Business"), .init("E-mail"),
                .init("Phone"), .init("People", .number),
                .init("Added", .time, sortedBy: "createdAt"),
                .init("Id", .id),
            ],
            rows: organisations.map { organisation in
                [
                    .link(organisation.name, to: IdentityPath.organisation(organisation.id)),
                    IdentityWords.optional(organisation.businessType),
                    IdentityWords.optional(organisation.email),
                    IdentityWords.optional(organisation.phone),
                    .number(Int64(counts[organisation.id] ?? 0)), .time(organisation.createdAt),
                    .id(organisation.id),
                ]
            },
            empty: .init(
                "No organisations yet",
                "Customers belong to an organisation and see what is its own.",
                act: add
            )
        )
    }
}
