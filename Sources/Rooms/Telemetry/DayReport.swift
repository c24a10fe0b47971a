import AlertEngine
import Base
import Database
import Devices
import House
import Readings

/// What a day was like for some organisations: from roll-ups, alerts and the devices' rows.
struct DayReport {
    static let coldCellsMax = 1000
    static let devicesMax = 10_000

    /// A cold cell on that day.
    struct ColdCell {
        let named: NamedColdCell
        /// Nothing when nothing was measured.
        let temperatures: DayTemperatures?
        let alerts: AlertDay
        let gone: Int
    }

    /// What a device generated or consumed.
    struct Energy {
        let serialNumber: String
        let kind: EnergyReading.Kind
        let energyWh: Int64
    }

    let coldCells: [ColdCell]
    let energy: [Energy]
    /// Of all, also where there is no cold cell.
    let alerts: AlertDay
    /// Devices that are not heard of any more, by serial number.
    let gone: [String]

    init(
        of organisationIDs: [String],
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws {
        let named = try InventoryStore.coldCells(
            of: organisationIDs,
            limit: Self.coldCellsMax,
            queries
        )
        let devices = try InventoryStore.devices(
            of: organisationIDs,
            limit: Self.devicesMax,
            queries
        )
        let alerts = try AlertDaysStore.count(of: organisationIDs, from: start, to: end, queries)
        let inCells = Dictionary(grouping: devices) { $0.coldCellID ?? "" }
        coldCells = try named.map { cell in
            let inside = inCells[cell.id] ?? []
            return ColdCell(
                named: cell,
                temperatures: try DayFiguresStore.temperatures(
                    of: inside.map(\.number),
                    within: cell.temperatures,
                    from: start,
                    to: end,
                    queries
                ),
                alerts: alerts[cell.id] ?? AlertDay(),
                gone: inside.count(where: \.isGone)
            )
        }
        let instruments = devices.filter { $0.kind != .coldcell }
        let names = Dictionary(devices.map { ($0.number, $0.serialNumber) }) { first, _ in first }
        energy = try DayFiguresStore.energy(
            of: instruments.map(\.number),
            from: start,
            to: end,
            queries
        ).map { number, kind, energyWh in
            Energy(serialNumber: names[number] ?? "", kind: kind, energyWh: energyWh)
        }
        self.alerts = alerts.values.reduce(AlertDay(), +)
        gone = devices.filter(\.isGone).map(\.serialNumber)
    }

    /// There is nothing to say of it.
    var isEmpty: Bool {
        coldCells.allSatisfy { $0.temperatures == nil } && energy.isEmpty && alerts.isQuiet
            && gone.isEmpty
    }
}
