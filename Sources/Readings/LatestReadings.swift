package import Base
package import Cache
package import Database

/// The newest that each device has told, as the API shows it: from Redis for an hour, else from
/// the tables.
package struct LatestReadings {
    package static let secondsToLive = 3600

    private let cache: SharedCache

    package init(_ cache: SharedCache) {
        self.cache = cache
    }

    /// After the commit; nobody waits for it, and an older reading replaces nothing.
    package func note(_ readings: [any LatestReading]) {
        var newest: [Int64: any LatestReading] = [:]
        for reading in readings {
            guard let known = newest[reading.deviceNumber], known.recordedAt > reading.recordedAt
            else {
                newest[reading.deviceNumber] = reading
                continue
            }
        }
        let values = newest.values.map { reading in
            (Self.key(reading.deviceNumber), reading.recordedAt, reading.json.bytes)
        }
        cache.noteNewest(values, secondsToLive: Self.secondsToLive)
    }

    /// By the devices' numbers; nothing of those that never told anything.
    ///
    /// What is read from the tables is known in Redis again.
    package func find(
        _ deviceNumbers: [Int64],
        _ queries: some Queries
    ) throws -> [Int64: JSON] {
        let known = cache.newest(deviceNumbers.map(Self.key))
        var found: [Int64: JSON] = [:]
        var read: [any LatestReading] = []
        for number in deviceNumbers {
            if let bytes = known[Self.key(number)], let json = try? JSON(parsing: bytes) {
                found[number] = json
            } else if let reading = try newest(of: number, queries) {
                found[number] = reading.json
                read.append(reading)
            }
        }
        note(read)
        return found
    }

    private func newest(
        of number: Int64,
        _ queries: some Queries
    ) throws -> (any LatestReading)? {
        let reading = try ReadingsStore.newest(of: number, queries)
        let energy = try EnergyStore.newest(of: number, queries)
        guard let reading else { return energy }
        guard let energy, energy.recordedAt > reading.recordedAt else { return reading }
        return energy
    }

    private static func key(_ deviceNumber: Int64) -> String {
        "entrepot:readings:latest:\(deviceNumber)"
    }
}

/// What is shown of a device as its newest.
package protocol LatestReading {
    var deviceNumber: Int64 { get }
    var recordedAt: Instant { get }
    /// As the API shows it.
    var json: JSON { get }
}

extension Reading: LatestReading {
    package var json: JSON {
        [
            "recordedAt": .string(recordedAt.rfc3339), "temperature": .number(temperature),
            "humidity": humidity.map { .number($0) } ?? .null,
            "powerStatus": hasPower.map { .bool($0) } ?? .null,
            "doorStatus": isDoorOpen.map { .bool($0) } ?? .null,
            "batteryLevel": batteryLevel.map { .number($0) } ?? .null,
        ]
    }
}

extension EnergyReading: LatestReading {
    package var json: JSON {
        [
            "recordedAt": .string(recordedAt.rfc3339), "type": .string(kind.rawValue),
            "powerW": .number(powerW), "energyWh": .integer(energyWh),
            "voltage": voltage.map { .number($0) } ?? .null,
            "current": currentA.map { .number($0) } ?? .null,
            "temperature": temperature.map { .number($0) } ?? .null,
        ]
    }
}
