import Base
import Broker
import Database
import Devices
import House

/// The locations, cold cells and devices of the demo data.
enum DemoFleet {
    private struct Place {
        let name: String
        let address: String
        let latitude: Double
        let longitude: Double
        let customer: String
        let cells: [Cell]
    }

    private struct Cell {
        let name: String
        let minTemperature: Double
        let maxTemperature: Double
        let serialNumber: String
    }

    private struct Instrument {
        let serialNumber: String
        let kind: DeviceKind
        let owner: String
    }

    private static let places = [
        Place(
            name: "Pune warehouse",
            address: "Plot 12, Chakan Road, Pune 410501",
            latitude: 18.7606,
            longitude: 73.8635,
            customer: "customer1@example.com",
            cells: [
                Cell(
                    name: "Vaccine room",
                    minTemperature: 2,
                    maxTemperature: 8,
                    serialNumber: "CC-0001"
                ),
                Cell(
                    name: "Deep freezer",
                    minTemperature: -25,
                    maxTemperature: -18,
                    serialNumber: "CC-0002"
                ),
            ]
        ),
        Place(
            name: "Nashik depot",
            address: "Gat 44, Ambad, Nashik 422010",
            latitude: 19.9615,
            longitude: 73.7276,
            customer: "customer1@example.com",
            cells: [
                Cell(
                    name: "Grape store",
                    minTemperature: -1,
                    maxTemperature: 3,
                    serialNumber: "CC-0003"
                )
            ]
        ),
        Place(
            name: "Surat dairy",
            address: "Ring Road 7, Surat 395002",
            latitude: 21.1959,
            longitude: 72.8302,
            customer: "customer2@example.com",
            cells: [
                Cell(
                    name: "Milk tank hall",
                    minTemperature: 1,
                    maxTemperature: 5,
                    serialNumber: "CC-0004"
                )
            ]
        ),
    ]

    private static let instruments = [
        Instrument(serialNumber: "SOL-0001", kind: .solar, owner: "host@example.com"),
        Instrument(serialNumber: "SOL-0002", kind: .solar, owner: "host@example.com"),
        Instrument(serialNumber: "MTR-0001", kind: .meter, owner: "buyer@example.com"),
        Instrument(serialNumber: "MTR-0002", kind: .meter, owner: "buyer2@example.com"),
    ]

    private static let serialNumbers =
        places.flatMap(\.cells).map(\.serialNumber) + instruments.map(\.serialNumber)
    private static let daysBack: Int64 = 40
    private static let firmwareVersion = "2.4.1"

    /// What scripts call with; nothing is added where one of the devices is there already.
    static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        if try DevicesStore.calling(serialNumbers: serialNumbers, tx).isEmpty {
            try add(seeding, tx)
        }
        let there = try DevicesStore.calling(serialNumbers: serialNumbers, tx)
        let keyed = try DevicesStore.keyed(there.map(\.number), tx)
        let entries = keyed.sorted { $0.device.number < $1.device.number }.map { keyed -> JSON in
            let device = keyed.device
            let key = key(device.number, device.serialNumber)
            return [
                "serialNumber": .string(device.serialNumber),
                // One that was given since is known to nobody here.
                "apiKey": key.digest == keyed.keyDigest ? .string(key.text) : nil,
                "kind": .string(device.kind.rawValue), "id": .string(device.id),
                "coldCellId": device.coldCellID.map { .string($0) } ?? nil,
            ]
        }
        return ["devices": .array(entries)]
    }

    private static func add(_ seeding: Seeding, _ tx: Transaction) throws {
        let emails = Set(places.map(\.customer) + instruments.map(\.owner)).sorted()
        let people = try seeding.people.find(ids: [], emails: emails, tx)
        let byEmail = Dictionary(people.map { ($0.email, $0) }) { first, _ in first }
        var moment = seeding.day.adding(seconds: -daysBack * 86_400)
        for place in places {
            guard let tenant = byEmail[place.customer]?.organisationID else { continue }
            try add(place, of: tenant, at: &moment, seeding, tx)
        }
        for instrument in instruments {
            guard let owner = byEmail[instrument.owner] else { continue }
            moment = moment.adding(seconds: 60)
            let device = Device(
                id: seeding.id(Device.idPrefix, instrument.serialNumber),
                serialNumber: instrument.serialNumber,
                kind: instrument.kind,
                organisationID: owner.organisationID,
                ownerID: owner.id,
                firmwareVersion: firmwareVersion,
                createdAt: moment
            )
            try register(device, seeding, tx)
        }
    }

    private static func add(
        _ place: Place,
        of tenant: String,
        at moment: inout Instant,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws {
        moment = moment.adding(seconds: 60)
        let location = Location(
            id: seeding.id(Location.idPrefix, place.name),
            organisationID: tenant,
            name: place.name,
            address: place.address,
            latitude: place.latitude,
            longitude: place.longitude,
            createdAt: moment
        )
        try LocationsStore.insert(location, tx)
        for cell in place.cells {
            moment = moment.adding(seconds: 60)
            let id = seeding.id(ColdCell.idPrefix, cell.name)
            try ColdCellsStore.insert(
                ColdCell(
                    id: id,
                    locationID: location.id,
                    organisationID: tenant,
                    name: cell.name,
                    minTemperature: cell.minTemperature,
                    maxTemperature: cell.maxTemperature,
                    createdAt: moment
                ),
                tx
            )
            let device = Device(
                id: seeding.id(Device.idPrefix, cell.serialNumber),
                serialNumber: cell.serialNumber,
                kind: .coldcell,
                organisationID: tenant,
                coldCellID: id,
                firmwareVersion: firmwareVersion,
                createdAt: moment
            )
            try register(device, seeding, tx)
        }
    }

    private static func register(_ device: Device, _ seeding: Seeding, _ tx: Transaction) throws {
        var device = device
        try DevicesStore.insert(&device, tx)
        let key = key(device.number, device.serialNumber)
        try DevicesStore.setKey(key, tx)
        guard let box = seeding.secrets else { return }
        try BrokerAccess.grant(
            [(device.serialNumber, key.text)],
            sealedIn: box,
            at: seeding.day,
            in: tx
        )
    }

    private static func key(_ number: Int64, _ serialNumber: String) -> DeviceKey {
        .make(for: number, named: "demo \(serialNumber)")
    }
}
