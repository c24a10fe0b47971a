import Base
import Broker
import Crypto
import Database
import Devices
import House
import Identity

/// Registers the devices that are played, each in a cold cell of its own.
///
/// Their keys follow from the secrets of this installation: nobody else knows them, and nothing
/// need be kept to know them again.
struct SimulatedFleet {
    private static let owner = "customer1@example.com"
    private static let registeredAtOnce = 500
    private static let serialDigits = 5

    private let database: MariaDB
    private let secretKeys: String
    private let box: SecretBox

    init(_ settings: Settings) throws {
        guard let secretKeys = settings.secretKeys else {
            throw Fault("ENTREPOT_SECRET_KEYS is not set: the keys of devices follow from it")
        }
        database = MariaDB(settings.database)
        self.secretKeys = secretKeys
        box = try SecretBox(keys: secretKeys)
    }

    /// The first so many; those that were not there are registered.
    func devices(_ count: Int) throws -> [SimulatedDevice] {
        let numbers = Array(1...count)
        return try stride(from: 0, to: count, by: SimulatedFleet.registeredAtOnce).flatMap {
            start in
            let some = numbers[start..<min(count, start + SimulatedFleet.registeredAtOnce)]
            return try database.transaction { tx in try register(Array(some), tx) }
        }
    }

    private func register(_ numbers: [Int], _ tx: Transaction) throws -> [SimulatedDevice] {
        let serials = numbers.map(SimulatedFleet.serial)
        let there = try DevicesStore.calling(serialNumbers: serials, tx)
        var rows = Dictionary(uniqueKeysWithValues: there.map { ($0.serialNumber, $0.number) })
        let missing = serials.filter { rows[$0] == nil }
        if !missing.isEmpty {
            let added = try add(missing, tx)
            rows.merge(added) { first, _ in first }
            try BrokerAccess.grant(
                missing.map { (serial: $0, key: key($0, rows).text) },
                sealedIn: box,
                at: Clock.system.now,
                in: tx
            )
        }
        return zip(numbers, serials).map {
            SimulatedDevice(number: $0, serial: $1, key: key($1, rows).text)
        }
    }

    private func add(_ serials: [String], _ tx: Transaction) throws -> [(String, Int64)] {
        let now = Clock.system.now
        var random = SystemRandomNumberGenerator()
        let people = try IdentityDirectory().find(ids: [], emails: [SimulatedFleet.owner], tx)
        guard let organisationID = people.first?.organisationID else {
            throw Fault(
                "\(SimulatedFleet.owner) is not there: entrepot seed adds the demo's people"
            )
        }
        let location = Location(
            id: Identifier.make(Location.idPrefix, at: now, random: &random),
            organisationID: organisationID,
            name: "Simulated from \(serials[0])",
            createdAt: now
        )
        try LocationsStore.insert(location, tx)
        return try serials.map { serial in
            let cell = ColdCell(
                id: Identifier.make(ColdCell.idPrefix, at: now, random: &random),
                locationID: location.id,
                organisationID: organisationID,
                name: "Cell of \(serial)",
                minTemperature: 2,
                maxTemperature: 8,
                createdAt: now
            )
            try ColdCellsStore.insert(cell, tx)
            var device = Device(
                id: Identifier.make(Device.idPrefix, at: now, random: &random),
                serialNumber: serial,
                kind: .coldcell,
                organisationID: organisationID,
                coldCellID: cell.id,
                firmwareVersion: "simulated",
                createdAt: now
            )
            try DevicesStore.insert(&device, tx)
            try DevicesStore.setKey(key(serial, [serial: device.number]), tx)
            return (serial, device.number)
        }
    }

    private func key(_ serial: String, _ rows: [String: Int64]) -> DeviceKey {
        .make(for: rows[serial] ?? 0, named: "simulated \(serial) \(secretKeys)")
    }

    private static func serial(_ number: Int) -> String {
        let digits = String(number)
        return "SIM-" + String(repeating: "0", count: max(0, serialDigits - digits.count)) + digits
    }
}
