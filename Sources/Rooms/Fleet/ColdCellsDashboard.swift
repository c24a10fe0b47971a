import AlertEngine
import Base
import Devices
import HTTP
import House

/// How the cold cells of a tenant are doing: all together, and one by one.
struct ColdCellsDashboard: Reply {
    static let coldCellsMax = 100

    let figures: FleetFigures
    let coldCellList: [ColdCellRow]

    static func read(
        in scope: FleetScope,
        limit: Int = coldCellsMax,
        _ call: Call
    ) throws -> ColdCellsDashboard {
        let database = call.worker.database
        let rows = try DashboardRow<ColdCell>.rows(
            try AlertCountsStore.troubledColdCells(
                of: scope.tenantIDs,
                limit: limit,
                database
            ),
            limit: limit,
            id: \.id,
            find: { ids in
                try ColdCellsStore.find(ids, database).filter { scope.covers($0.organisationID) }
            },
            list: { try ColdCellsStore.list(in: scope, limit: limit, database) }
        )
        let cells = rows.map(\.item)
        let devices = try DevicesStore.counts(inColdCells: cells.map(\.id), database)
        let latest = try ColdCellFigures.of(cells, call, database).latest
        return ColdCellsDashboard(
            figures: try FleetFigures.read(in: scope, database),
            coldCellList: rows.map { row in
                ColdCellRow(
                    row: row,
                    devices: devices[row.item.id] ?? 0,
                    latest: latest[row.item.id] ?? .null
                )
            }
        )
    }

    func write(to reply: inout ReplyWriter) {
        figures.write(to: &reply)
        reply.put("coldCellList", coldCellList)
    }

    static var sample: ColdCellsDashboard {
        ColdCellsDashboard(figures: .sample, coldCellList: [.sample])
    }
}

/// How one of them is doing.
struct ColdCellRow: Reply {
    let row: DashboardRow<ColdCell>
    let devices: Int64
    /// As the API shows a reading.
    let latest: JSON

    func write(to reply: inout ReplyWriter) {
        reply.put("id", row.item.id)
        reply.put("locationId", row.item.locationID)
        reply.put("name", row.item.name)
        reply.put("minTemperature", row.item.minTemperature)
        reply.put("maxTemperature", row.item.maxTemperature)
        reply.put("devices", devices)
        reply.put("latest", latest)
        reply.put("activeAlerts", row.activeAlerts)
        reply.put("worstSeverity", row.trouble?.worst.rawValue)
    }

    static var sample: ColdCellRow {
        let cell = ColdCellReply.sample.cell
        return ColdCellRow(
            row: DashboardRow(
                item: cell,
                trouble: AlertCount(id: cell.id, alerts: 1, worst: .warning)
            ),
            devices: 2,
            latest: .null
        )
    }
}
