import Base
import Database
import Devices
package import House

/// This room's part of the first page, and what a search finds in it.
extension FleetRoom {
    package static func overview(_ call: Call) throws -> [Region] {
        try FleetOverview.regions(call)
    }

    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] {
        guard call.may(.readFleet) else { return [] }
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let limit = SearchHit.countMax
        let locations = try LocationsStore.search(text, in: scope, limit: limit, database)
        let cells = try ColdCellsStore.search(text, in: scope, limit: limit, database)
        let devices = try DevicesStore.search(text, in: scope, limit: limit, database)
        return locations.map { SearchHit($0.name, "location", FleetPath.location($0.id)) }
            + cells.map { SearchHit($0.name, "cold cell", FleetPath.coldCell($0.id)) }
            + devices.map { SearchHit($0.serialNumber, "device", FleetPath.device($0.id)) }
    }
}

/// The cold chain at a glance, on the first page: where something is wrong stands first.
private enum FleetOverview {
    private static let tilesMax = 12
    /// Temperatures are told on topics of their devices, which are too many to follow.
    private static let seconds = 15

    static func regions(_ call: Call) throws -> [Region] {
        guard call.may(.readFleet) else { return [] }
        let scope = try call.fleetScope(call.worker.database)
        let news = try FleetNews.all(call, seconds: seconds)
        return [
            Region("cells", news, in: .coldChain) { try cells(in: scope, call) },
            Region("tenants", news, in: .coldChain) { try tenants(in: scope, call) },
        ]
    }

    private static func cells(in scope: FleetScope, _ call: Call) throws -> Section {
        let board = try ColdCellsDashboard.read(in: scope, limit: tilesMax, call)
        let viewpoint = call.session.viewpoint(call.worker)
        let cells = board.coldCellList.map(\.row.item)
        let places = try LocationsStore.find(cells.map(\.locationID), call.worker.database)
        let place = Dictionary(places.map { ($0.id, $0.name) }) { first, _ in first }
        var section = Section("Cold cells")
        section.text = FleetWords.summary(board.figures)
        section.figures = board.coldCellList.map { row in
            let cell = row.row.item
            let names = [cell.name, place[cell.locationID]].compactMap { $0 }
            return .init(
                names.joined(separator: ", "),
                ColdCellState(cell, row.row.trouble, row.latest, viewpoint).valueWithTemperature,
                at: FleetPath.coldCell(cell.id)
            )
        }
        section.act =
            cells.isEmpty && call.may(.changePlaces)
            ? ColdCellsPage.add : Act("All cold cells", FleetPath.coldCells)
        return section
    }

    /// Only for those who look after more than one.
    private static func tenants(in scope: FleetScope, _ call: Call) throws -> Section? {
        guard scope.seesAll || scope.organisationIDs.count > 1 else { return nil }
        let board = try TenantsDashboard.read(in: scope, limit: tilesMax, call)
        var section = Section("Customers")
        section.figures = board.customerList.map { row in
            .init(
                row.row.item.name,
                FleetWords.status(of: row),
                at: "\(FleetPath.coldCells)?organisationId=\(row.row.item.id)"
            )
        }
        return section
    }
}
