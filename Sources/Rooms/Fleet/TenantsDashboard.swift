import AlertEngine
import Devices
import HTTP
import House

/// How tenants are doing: all together, and one by one.
struct TenantsDashboard: Reply {
    static let customersMax = 100

    let customers: Int64
    let figures: FleetFigures
    let customerList: [TenantRow]

    static func read(
        in scope: FleetScope,
        limit: Int = customersMax,
        _ call: Call
    ) throws -> TenantsDashboard {
        let database = call.worker.database
        let people = call.worker.people
        let rows = try DashboardRow<Tenant>.rows(
            try AlertCountsStore.troubledOrganisations(
                of: scope.tenantIDs,
                limit: limit,
                database
            ),
            limit: limit,
            id: \.id,
            find: { try people.tenants($0, limit: limit, database) },
            list: { try people.tenants(scope.tenantIDs, limit: limit, database) }
        )
        let ids = rows.map(\.item.id)
        let coldCells = try FleetCountsStore.coldCells(ofOrganisations: ids, database)
        let devices = try FleetCountsStore.devices(ofOrganisations: ids, database)
        return TenantsDashboard(
            customers: try scope.tenantIDs.map { Int64($0.count) }
                ?? people.countTenants(database),
            figures: try FleetFigures.read(in: scope, database),
            customerList: rows.map { row in
                TenantRow(
                    row: row,
                    coldCells: coldCells[row.item.id] ?? 0,
                    devices: devices[row.item.id] ?? 0
                )
            }
        )
    }

    func write(to reply: inout ReplyWriter) {
        reply.put("customers", customers)
        figures.write(to: &reply)
        reply.put("customerList", customerList)
    }

    static var sample: TenantsDashboard {
        TenantsDashboard(customers: 3, figures: .sample, customerList: [.sample])
    }
}

/// How one of them is doing.
struct TenantRow: Reply {
    let row: DashboardRow<Tenant>
    let coldCells: Int64
    let devices: Int64

    func write(to reply: inout ReplyWriter) {
        reply.put("id", row.item.id)
        reply.put("name", row.item.name)
        reply.put("coldCells", coldCells)
        reply.put("devices", devices)
        reply.put("activeAlerts", row.activeAlerts)
        reply.put("worstSeverity", row.trouble?.worst.rawValue)
    }

    static var sample: TenantRow {
        let id = "org_01HXYZ00000000000000000000"
        return TenantRow(
            row: DashboardRow(
                item: Tenant(id: id, name: "Northwind Dairy"),
                trouble: AlertCount(id: id, alerts: 3, worst: .critical)
            ),
            coldCells: 8,
            devices: 9
        )
    }
}
