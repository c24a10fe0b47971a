import AlertEngine
import Database
import Devices
import HTTP

/// How much there is in a scope, and how much of it is in trouble.
struct FleetFigures {
    let coldCells: Int64
    let devices: [Device.Status: Int64]
    /// That are open.
    let alerts: [AlertType: Int64]

    static func read(in scope: FleetScope, _ queries: some Queries) throws -> FleetFigures {
        FleetFigures(
            coldCells: try FleetCountsStore.coldCells(in: scope, queries),
            devices: try FleetCountsStore.devices(in: scope, queries),
            alerts: try AlertCountsStore.types(of: scope.tenantIDs, queries)
        )
    }

    func write(to reply: inout ReplyWriter) {
        reply.put("coldCells", coldCells)
        reply.put("devices", devices.values.reduce(0, +))
        reply.put("devicesByStatus", Counts(of: devices))
        reply.put("activeAlerts", alerts.values.reduce(0, +))
        reply.put("alertsByType", Counts(of: alerts))
    }

    static var sample: FleetFigures {
        FleetFigures(
            coldCells: 12,
            devices: [.online: 11, .offline: 2, .pending: 1],
            alerts: [.highTemperature: 2, .doorOpen: 1]
        )
    }
}

/// How many there are of each sort; of some there are none.
private struct Counts<Sort>: Reply
where Sort: RawRepresentable & CaseIterable & Hashable & Sendable, Sort.RawValue == String {
    let counts: [Sort: Int64]

    init(of counts: [Sort: Int64]) {
        self.counts = counts
    }

    func write(to reply: inout ReplyWriter) {
        for sort in Sort.allCases { reply.put(sort.rawValue, counts[sort] ?? 0) }
    }

    static var sample: Counts<Sort> { Counts(of: [:]) }
}

/// A row of a dashboard, whose first rows are what somebody should look at.
struct DashboardRow<Item> {
    let item: Item
    let trouble: AlertCount?

    var activeAlerts: Int64 { trouble?.alerts ?? 0 }

    /// Those in trouble as they come, then the others as they are listed.
    static func rows(
        _ troubles: [AlertCount],
        limit: Int,
        id: (Item) -> String,
        find: ([String]) throws -> [Item],
        list: () throws -> [Item]
    ) rethrows -> [DashboardRow<Item>] {
        let found = try find(troubles.map(\.id))
        let troubled = Dictionary(found.map { (id($0), $0) }) { first, _ in first }
        let first = troubles.compactMap { trouble in
            troubled[trouble.id].map { DashboardRow(item: $0, trouble: trouble) }
        }
        let others = try list().filter { troubled[id($0)] == nil }
        return Array((first + others.map { DashboardRow(item: $0, trouble: nil) }).prefix(limit))
    }
}
