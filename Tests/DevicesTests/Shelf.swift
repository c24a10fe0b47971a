import Base
import Database
import HTTP
import House
import TestSupport

@testable import Devices

/// A database with devices in it, each with its key.
struct Shelf {
    static let start = Instant(milliseconds: 1_772_368_496_789)

    let scratch: ScratchDatabase
    var database: MariaDB { scratch.database }

    init() throws {
        scratch = try ScratchDatabase()
        try scratch.apply("0019_devices_create_fleet.sql")
        try scratch.apply("0026_devices_add_training.sql")
        try scratch.apply("0029_devices_add_farewells.sql")
    }

    static func id(_ prefix: String, _ number: Int) -> String {
        let digits = String(number)
        return "\(prefix)_" + String(repeating: "0", count: 26 - digits.count) + digits
    }

    /// For what is between 2 and 8 degrees.
    func putUp(coldCell number: Int) throws -> ColdCell {
        let location = Location(
            id: Self.id("loc", number),
            organisationID: Self.id("org", 1),
            name: "Depot",
            createdAt: Self.start
        )
        let cell = ColdCell(
            id: Self.id("cel", number),
            locationID: location.id,
            organisationID: location.organisationID,
            name: "Cell",
            minTemperature: 2,
            maxTemperature: 8,
            createdAt: Self.start
        )
        try database.transaction { tx in
            try LocationsStore.insert(location, tx)
            try ColdCellsStore.insert(cell, tx)
        }
        return cell
    }

    func register(
        _ serialNumber: String,
        _ change: (inout Device) -> Void = { _ in }
    ) throws -> (device: Device, key: DeviceKey) {
        var random = SystemRandomNumberGenerator()
        var device = Device(
            id: Identifier.make("dev", at: Self.start, random: &random),
            serialNumber: serialNumber,
            kind: .coldcell,
            createdAt: Self.start
        )
        change(&device)
        return try database.transaction { tx in
            var registered = device
            try DevicesStore.insert(&registered, tx)
            let key = DeviceKey.make(for: registered.number)
            try DevicesStore.setKey(key, tx)
            return (registered, key)
        }
    }

    func rotate(_ device: Device) throws -> DeviceKey {
        let key = DeviceKey.make(for: device.number)
        try database.transaction { tx in try DevicesStore.setKey(key, tx) }
        return key
    }

    static func request(_ key: String?) -> Request {
        Request(
            method: .post,
            path: "/api/v1/iot/ingest",
            headers: Headers(key.map { [(DeviceDoor.header, $0)] } ?? [])
        )
    }
}
