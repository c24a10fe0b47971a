import Base
import Database
import Devices
import HTTP
import House

/// `GET /admin/locations`: where cold cells stand.
enum LocationsPage {
    static let add = Act("Add a location", "\(FleetPath.locations)/new")

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(LocationsQuery.self)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let found = try query.page(in: scope, database) { LocationReply(location: $0) }
        let mayAdd = call.may(.changePlaces)
        let table = try self.table(
            found.items.map(\.location),
            scope,
            act: mayAdd ? add : nil,
            call
        )
        .asked(
            by: call,
            sorting: query.sorting,
            total: found.total,
            next: found.next,
            filters: [FormField("q", "Name, address or id", .input(type: "search"))]
        )
        return try Page.list(
            table,
            in: Frame("Locations", call.session)
                .under(Act("Cold cells", FleetPath.coldCells)),
            acts: mayAdd ? [add] : [],
            for: call
        )
    }

    private static func table(
        _ locations: [Location],
        _ scope: FleetScope,
        act: Act?,
        _ call: Call
    ) throws -> TableView {
        let names = try FleetNames(locations.map(\.organisationID), scope, call)
        let counts = try ColdCellsStore.counts(
            atLocations: locations.map(\.id),
            call.worker.database
        )
        let tenant: [TableView.Column] = names.showsTenants ? [.init("Organisation")] : []
        return TableView(
            "locations",
            at: FleetPath.locations,
            columns: [.init("Name", sortedBy: "name"), .init("Address")] + tenant + [
                .init("Cold cells", .number), .init("Added", .time, sortedBy: "createdAt"),
            ],
            rows: locations.map { location in
                let tenant = names.showsTenants ? [names.tenant(location.organisationID)] : []
                return [
                    .link(location.name, to: FleetPath.location(location.id)),
                    FleetWords.optional(location.address),
                ] + tenant + [.number(counts[location.id] ?? 0), .time(location.createdAt)]
            },
            empty: .init(
                "No locations yet",
                "A location is where cold cells stand: a warehouse, a depot, a dairy.",
                act: act
            )
        )
    }
}

/// `GET /admin/locations/:id`: a place, and what is kept cold there.
enum LocationPage {
    private static let cellsMax = 50

    static func show(_ call: Call) throws -> Response {
        let location = try call.location()
        let scope = try call.fleetScope(call.worker.database)
        let news = try FleetNews.all(call)
        let isEditor = call.may(.changePlaces)
        return try Page.parts(
            [Region("cells", news) { try cells(of: location, call) }],
            about: try detail(location, scope, call),
            in: Frame(location.name, call.session).under(
                Act("Cold cells", FleetPath.coldCells),
                Act("Locations", FleetPath.locations)
            ).active(FleetPath.coldCells),
            acts: isEditor ? [Act("Edit", "\(FleetPath.location(location.id))/edit")] : [],
            following: nil,
            for: call
        )
    }

    private static func detail(
        _ location: Location,
        _ scope: FleetScope,
        _ call: Call
    ) throws -> DetailView {
        let names = try FleetNames([location.organisationID], scope, call)
        var facts: [(name: String, value: Value)] = [
            ("Address", FleetWords.optional(location.address)),
            ("Latitude, longitude", FleetWords.place(location)),
        ]
        if names.showsTenants {
            facts.append(("Organisation", names.tenant(location.organisationID)))
        }
        facts += [("Added", .time(location.createdAt)), ("Id", .id(location.id))]
        return DetailView("Location", facts)
    }

    private static func cells(of location: Location, _ call: Call) throws -> Section {
        var section = Section("Cold cells")
        let cells = try ColdCellsStore.atLocation(
            location.id,
            limit: cellsMax,
            call.worker.database
        )
        section.table = try ColdCellTable.short(cells, call)
        if call.may(.changePlaces) {
            section.act = Act(
                "Add a cold cell",
                "\(FleetPath.coldCells)/new?locationId=\(location.id)"
            )
        }
        return section
    }
}
