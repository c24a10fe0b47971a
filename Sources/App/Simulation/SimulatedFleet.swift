import Base
import Broker
import Crypto
import Database
import Devices
import House
import Identity

/// Registers the devices that are played: each in a cold cell of its own, or as its owner's.
///
/// Their keys follow from the secrets of this installation: nobody else knows them, and nothing
/// need be kept to know them again.
struct SimulatedFleet {
    private static let registeredAtOnce = 500
    /// For the broker to be told of all of them.
    private static let toldMsMax: UInt64 = 120_000
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

    /// The first so many of a kind; those that were not there are registered.
    func devices(_ count: Int, _ kind: DeviceKind) throws -> [SimulatedDevice] {
        let numbers = Array(1...count)
        return try stride(from: 0, to: count, by: SimulatedFleet.registeredAtOnce).flatMap {
            start in
            let some = numbers[start..<min(count, start + SimulatedFleet.registeredAtOnce)]
            return try database.transaction { tx in try register(Array(some), kind, tx) }
        }
    }

    /// Until the broker lets all of them in, or it has taken too long.
    func waitForBroker(until end: EndSignal) throws {
        let lastMs = monotonicNanoseconds() / 1_000_000 + SimulatedFleet.toldMsMax
        while try BrokerWishesStore.count(database) > 0,
            monotonicNanoseconds() / 1_000_000 < lastMs, !end.comes(withinMs: 100)
        {}
    }

    private func register(
        _ numbers: [Int],
        _ kind: DeviceKind,
        _ tx: Transaction
    ) throws -> [SimulatedDevice] {
        let serials = numbers.map { SimulatedFleet.serial($0, kind) }
        let there = try DevicesStore.calling(serialNumbers: serials, tx)
        var rows = Dictionary(uniqueKeysWithValues: there.map { ($0.serialNumber, $0.number) })
        let missing = serials.filter { rows[$0] == nil }
        if !missing.isEmpty {
            let added = try add(missing, kind, tx)
            rows.merge(added) { first, _ in first }
            try BrokerAccess.grant(
                missing.map { (serial: $0, key: key($0, rows).text) },
                sealedIn: box,
                at: Clock.system.now,
                in: tx
            )
        }
        return zip(numbers, serials).map {
            SimulatedDevice(number: $0, kind: kind, serial: $1, key: key($1, rows).text)
        }
    }

    private func add(
        _ serials: [String],
        _ kind: DeviceKind,
        _ tx: Transaction
    ) throws -> [(String, Int64)] {
        let email = SimulatedFleet.owner(of: kind)
        let owner = try IdentityDirectory().find(ids: [], emails: [email], tx).first
        guard let owner else {
            throw Fault("\(email) is not there: entrepot seed adds the demo's people")
        }
        let location = try kind == .coldcell ? addLocation(of: owner, for: serials[0], tx) : nil
        return try serials.map { serial in
            let cell = try location.map { try addCell(at: $0, for: serial, tx) }
            var device = Device(
                id: makeID(Device.idPrefix),
                serialNumber: serial,
                kind: kind,
                organisationID: owner.organisationID,
                coldCellID: cell?.id,
                ownerID: cell == nil ? owner.id : nil,
                firmwareVersion: "simulated",
                createdAt: Clock.system.now
            )
            try DevicesStore.insert(&device, tx)
            try DevicesStore.setKey(key(serial, [serial: device.number]), tx)
            return (serial, device.number)
        }
    }

    private func addLocation(
        of owner: Acquaintance,
        for serial: String,
        _ tx: Transaction
    ) throws -> Location {
        guard let organisationID = owner.organisationID else {
            throw Fault("who has cold cells is in an organisation")
        }
        let location = Location(
            id: makeID(Location.idPrefix),
            organisationID: organisationID,
            name: "Simulated from \(serial)",
            createdAt: Clock.system.now
        )
        try LocationsStore.insert(location, tx)
        return location
    }

    private func addCell(
        at location: Location,
        for serial: String,
        _ tx: Transaction
    ) throws -> ColdCell {
        let cell = ColdCell(
            id: makeID(ColdCell.idPrefix),
            locationID: location.id,
            organisationID: location.organisationID,
            name: "Cell of \(serial)",
            minTemperature: 2,
            maxTemperature: 8,
            createdAt: Clock.system.now
        )
        try ColdCellsStore.insert(cell, tx)
        return cell
    }

    private func makeID(_ prefix: String) -> String {
        var random = SystemRandomNumberGenerator()
        return Identifier.make(prefix, at: Clock.system.now, random: &random)
    }

    private func key(_ serial: String, _ rows: [String: Int64]) -> DeviceKey {
        .make(for: rows[serial] ?? 0, named: "simulated \(serial) \(secretKeys)")
    }

    private static func owner(of kind: DeviceKind) -> String {
        switch kind {
        case .coldcell: "customer1@example.com"
        case .solar: "host@example.com"
        case .meter: "buyer@example.com"
        }
    }

    private static func serial(_ number: Int, _ kind: DeviceKind) -> String {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, serialDigits - digits.count))
        return switch kind {
        case .coldcell: "SIM-\(zeros)\(digits)"
        case .solar: "SIM-SOLAR-\(zeros)\(digits)"
        case .meter: "SIM-METER-\(zeros)\(digits)"
        }
    }
}
