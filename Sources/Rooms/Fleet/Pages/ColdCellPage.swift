import AlertEngine
import Base
import Database
import Devices
import HTTP
import House
import Readings

/// `GET /admin/coldcells/:id`: a room that is kept cold, and what measures it.
///
/// Whoever stands in it with a phone sees first how warm it is and what is wrong.
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
                Region("alerts", news) { try alerts(in: cell, call) },
                Region("devices", news) { Self.devices(devices, in: cell, call) },
            ],
            about: try detail(cell, call),
            detailIsLast: true,
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

    private static func temperatures(of cell: ColdCell, _ call: Call) throws -> Section {
        let range = try call.query(ColdCellPageQuery.self).range
        let database = call.worker.database
        let numbers = try DevicesStore.numbers(
            inColdCell: cell.id,
            limit: TemperatureHistory.devicesMax,
            database
        )
        let figures = try ColdCellFigures.of([cell], call, database)
        let viewpoint = call.session.viewpoint(call.worker)
        let latest = figures.latest[cell.id].flatMap(LatestTemperature.init)
        var section = Section("Temperature")
        section.figures = [
            .init("Now", FleetWords.optional(FleetWords.temperatureText(figures.latest[cell.id]))),
            .init("State", ColdCellState(cell, figures, viewpoint).value),
            .init("To keep", FleetWords.bounds(cell)),
            .init("Last reading", FleetWords.time(latest?.at)),
        ]
        section.tabs = tabs(of: cell, range)
        section.charts = [
            try TemperatureChart.chart(
                of: numbers,
                within: cell.minTemperature...cell.maxTemperature,
                over: range,
                until: latest.map { ($0.at, $0.celsius) },
                at: call.worker.clock.now,
                database
            )
        ]
        return section
    }

    private static func tabs(
        of cell: ColdCell,
        _ range: TemperatureHistory.Range
    ) -> TabsView {
        func path(_ range: TemperatureHistory.Range) -> String {
            "\(FleetPath.coldCell(cell.id))?range=\(range.rawValue)"
        }
        let tabs = TemperatureHistory.Range.allCases.map { range in
            (act: Act(range.words, path(range)), count: nil as Int?)
        }
        return TabsView("How far back", tabs, active: path(range))
    }

    private static func alerts(in cell: ColdCell, _ call: Call) throws -> Section? {
        let alerts = try AlertsStore.open(
            inColdCell: cell.id,
            limit: OpenAlerts.countMax,
            call.worker.database
        )
        return OpenAlerts.section(
            alerts,
            allAt: "\(AlertWords.path)?state=all&coldCellId=\(cell.id)",
            call
        )
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

    private static func detail(_ cell: ColdCell, _ call: Call) throws -> DetailView {
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let names = try FleetNames([cell.organisationID], scope, call)
        let location = try LocationsStore.find(cell.locationID, database)
        var facts: [(name: String, value: Value)] = []
        if cell.isSilenced(at: call.worker.clock.now) {
            facts += [
                ("Silenced until", FleetWords.time(cell.silencedUntil)),
                ("Why", FleetWords.optional(cell.silenceReason)),
            ]
        }
        facts += [
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
}

/// Which time the page of a cold cell shows.
struct ColdCellPageQuery: Input {
    let range: TemperatureHistory.Range

    init(_ fields: inout Fields) {
        range =
            fields.value("range", .choice(TemperatureHistory.Range.self), isRequired: false) ?? .day
    }
}

/// The newest reading of a cold cell, as a chart ends with it.
private struct LatestTemperature {
    let at: Instant
    let celsius: Double

    /// Nothing for what tells no temperature.
    init?(_ reading: JSON) {
        guard let at = reading["recordedAt"]?.string.flatMap({ Instant(rfc3339: $0) }),
            let celsius = FleetWords.temperature(reading)
        else { return nil }
        self.at = at
        self.celsius = celsius
    }
}

extension TemperatureHistory.Range {
    fileprivate var words: String {
        switch self {
        case .day: "24 hours"
        case .week: "7 days"
        case .month: "30 days"
        }
    }
}
