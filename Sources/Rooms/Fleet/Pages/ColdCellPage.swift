import Base
import Database
import Devices
import HTTP
import House
import Readings

/// `GET /admin/coldcells/:id`: a room that is kept cold, and what measures it.
enum ColdCellPage {
    private static let devicesMax = 15

    static func show(_ call: Call) throws -> Response {
        let cell = try call.coldCell()
        let devices = try DevicesStore.inColdCell(
            cell.id,
            limit: devicesMax,
            call.worker.database
        )
        let news = FleetNews.of(cell, devices)
        return try Page.parts(
            [
                Region("temperatures", news) { try temperatures(of: cell, call) },
                Region("devices", news) { Self.devices(devices, in: cell, call) },
            ],
            about: try detail(cell, call),
            in: Frame(cell.name, call.session).under(Act("Cold cells", FleetPath.coldCells)),
            acts: acts(cell, call),
            following: news,
            for: call
        )
    }

    private static func acts(_ cell: ColdCell, _ call: Call) -> [Act] {
        guard call.may(.changePlaces) else { return [] }
        let path = FleetPath.coldCell(cell.id)
        let isSilenced = cell.isSilenced(at: call.worker.clock.now)
        return [
            isSilenced
                ? Act("End the silence", "\(path)/wake", asks: true)
                : Act("Silence alerts", "\(path)/silence"),
            Act("Edit", "\(path)/edit"),
        ]
    }

    private static func detail(_ cell: ColdCell, _ call: Call) throws -> DetailView {
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let names = try FleetNames([cell.organisationID], scope, call)
        let location = try LocationsStore.find(cell.locationID, database)
        let viewpoint = call.session.viewpoint(call.worker)
        var facts: [(name: String, value: Value)] = [
            ("Alerts", FleetWords.status(cell, viewpoint))
        ]
        if cell.isSilenced(at: viewpoint.now) {
            facts += [
                ("Why", FleetWords.optional(cell.silenceReason)),
                ("Silent until", FleetWords.time(cell.silencedUntil)),
            ]
        }
        facts += [
            ("Temperatures to keep", FleetWords.bounds(cell)),
            (
                "Missed when silent for",
                .text(FleetWords.seconds(cell.offlineAfterSeconds))
            ),
            (
                "Location",
                .link(location?.name ?? cell.locationID, to: FleetPath.location(cell.locationID))
            ),
        ]
        if names.showsTenants { facts.append(("Organisation", names.tenant(cell.organisationID))) }
        facts += [("Added", .time(cell.createdAt)), ("Id", .id(cell.id))]
        return DetailView("Cold cell", facts)
    }

    private static func temperatures(of cell: ColdCell, _ call: Call) throws -> Section {
        let range = try call.query(ColdCellPageQuery.self).range
        let database = call.worker.database
        let numbers = try DevicesStore.numbers(
            inColdCell: cell.id,
            limit: TemperatureHistory.devicesMax,
            database
        )
        let figures = try ColdCellFigures.of([cell], call, database)
        var section = Section("Temperature")
        section.figures = [
            .init("Now", FleetWords.temperature(figures.latest[cell.id])),
            .init(
                "Open alerts",
                .number(figures.activeAlerts[cell.id] ?? 0),
                at: "/admin/alerts?coldCellId=\(cell.id)"
            ),
        ]
        section.charts = [
            try TemperatureChart.chart(
                of: numbers,
                within: cell.minTemperature...cell.maxTemperature,
                over: range,
                at: call.worker.clock.now,
                database
            )
        ]
        section.ways = TemperatureHistory.Range.allCases.filter { $0 != range }.map { other in
            (
                Act(
                    "Last \(other.rawValue)",
                    "\(FleetPath.coldCell(cell.id))?range=\(other.rawValue)"
                ),
                "The temperatures of a \(other == .day ? "day" : other == .week ? "week" : "month")"
            )
        }
        return section
    }

    private static func devices(
        _ devices: [Device],
        in cell: ColdCell,
        _ call: Call
    ) -> Section {
        var section = Section("Devices")
        section.table = DeviceTable.short(LastSeen(call.worker.cache).filled(devices))
        if call.may(.manageDevices) {
            section.act = Act(
                "Register a device",
                "\(FleetPath.devices)/new?coldCellId=\(cell.id)"
            )
        }
        return section
    }
}

/// Which time the page of a cold cell shows.
struct ColdCellPageQuery: Input {
    let range: TemperatureHistory.Range

    init(_ fields: inout Fields) {
        range =
            fields.value("range", .choice(TemperatureHistory.Range.self), isRequired: false) ?? .day
    }
}
