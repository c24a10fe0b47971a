import Base
import Database
import Devices
import HTTP
import House

/// `GET /admin/coldcells`: every room that is kept cold, and how it does.
enum ColdCellsPage {
    static let add = Act("Add a cold cell", "\(FleetPath.coldCells)/new")
    private static let choicesMax = 200

    static func show(_ call: Call) throws -> Response {
        var query = try call.query(ColdCellsQuery.self)
        let isFile = TableView.wantsCSV(call.request.query)
        if isFile { query.paging = Paging(first: TableView.csvRowsMax) }
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let found = try query.page(in: scope, database) { _ in { ColdCellReply(cell: $0) } }
        let mayAdd = call.may(.changePlaces)
        let table = try ColdCellTable.long(
            found.items,
            scope,
            isFile: isFile,
            act: mayAdd ? add : nil,
            call
        ).asked(
            by: call,
            sorting: query.sorting,
            total: found.total,
            next: found.next,
            filters: try filters(scope, call)
        )
        return try Page.list(
            table,
            in: Frame("Cold cells", call.session).active(FleetPath.coldCells),
            acts: [Act("Locations", FleetPath.locations)] + (mayAdd ? [add] : []),
            following: try FleetNews.all(call),
            for: call
        )
    }

    private static func filters(_ scope: FleetScope, _ call: Call) throws -> [FormField] {
        let locations = try LocationsStore.list(
            in: scope,
            limit: choicesMax,
            call.worker.database
        )
        return [
            FormField("q", "Name or id", .input(type: "search")),
            FormField(
                "locationId",
                "Location",
                .choice([.init("", "Any")] + locations.map { .init($0.id, $0.name) })
            ),
        ] + (try tenants(scope, call))
    }

    /// Only for those who look after more than one.
    private static func tenants(_ scope: FleetScope, _ call: Call) throws -> [FormField] {
        guard scope.seesAll || scope.organisationIDs.count > 1 else { return [] }
        let tenants = try call.worker.people.tenants(
            scope.tenantIDs,
            limit: choicesMax,
            call.worker.database
        )
        return [
            FormField(
                "organisationId",
                "Organisation",
                .choice([.init("", "Any")] + tenants.map { .init($0.id, $0.name) })
            )
        ]
    }
}

/// Cold cells as rows.
enum ColdCellTable {
    static func long(
        _ replies: [ColdCellReply],
        _ scope: FleetScope,
        isFile: Bool,
        act: Act?,
        _ call: Call
    ) throws -> TableView {
        let cells = replies.map(\.cell)
        let viewpoint = call.session.viewpoint(call.worker)
        let figures = try ColdCellFigures.of(cells, call, call.worker.database)
        let names = try FleetNames(cells.map(\.organisationID), scope, call)
        let places = try LocationsStore.find(cells.map(\.locationID), call.worker.database)
        let place = Dictionary(places.map { ($0.id, $0.name) }) { first, _ in first }
        let tenant: [TableView.Column] = names.showsTenants ? [.init("Organisation")] : []
        return TableView(
            "cold cells",
            at: FleetPath.coldCells,
            columns: [
                .init("Name", sortedBy: "name"), .init("State", .status), .init("Now"),
                .init("Bounds"), .init("Location"),
            ] + tenant + [.init("Added", .time, sortedBy: "createdAt")]
                + (isFile ? [.init("Id", .id)] : []),
            rows: cells.map { cell in
                let tenant = names.showsTenants ? [names.tenant(cell.organisationID)] : []
                return [
                    .link(cell.name, to: FleetPath.coldCell(cell.id)),
                    ColdCellState(cell, figures, viewpoint).value,
                    FleetWords.optional(FleetWords.temperatureText(figures.latest[cell.id])),
                    FleetWords.bounds(cell),
                    .link(
                        place[cell.locationID] ?? cell.locationID,
                        to: FleetPath.location(cell.locationID)
                    ),
                ] + tenant + [.time(cell.createdAt)] + (isFile ? [.id(cell.id)] : [])
            },
            empty: .init(
                "No cold cells yet",
                "A cold cell is a room with temperatures to keep; its devices measure them.",
                act: act
            )
        )
    }

    /// Where all stand at one location.
    static func short(_ cells: [ColdCell], _ call: Call) throws -> TableView {
        let viewpoint = call.session.viewpoint(call.worker)
        let figures = try ColdCellFigures.of(cells, call, call.worker.database)
        let devices = try DevicesStore.counts(
            inColdCells: cells.map(\.id),
            call.worker.database
        )
        return TableView(
            "coldcells",
            at: "",
            columns: [
                .init("Name"), .init("State", .status), .init("Now"), .init("Bounds"),
                .init("Devices", .number),
            ],
            rows: cells.map { cell in
                [
                    .link(cell.name, to: FleetPath.coldCell(cell.id)),
                    ColdCellState(cell, figures, viewpoint).value,
                    FleetWords.optional(FleetWords.temperatureText(figures.latest[cell.id])),
                    FleetWords.bounds(cell), .number(devices[cell.id] ?? 0),
                ]
            },
            empty: .init("No cold cell stands here", "Those that are added stand in this list.")
        ).withoutFile
    }
}
