import Base
package import Database

/// The door of this module: readings and their roll-ups are written in one transaction.
package enum Readings {
    /// Keeps what is not kept yet, and adds it to its roll-ups; says of each reading whether it
    /// was new.
    package static func keep(_ readings: [Reading], in tx: Transaction) throws -> [Bool] {
        let isNew = try insert(readings) { try ReadingsStore.insert($0, in: tx) }
        try RollUpsStore.add(RollUp.adding(up: chosen(readings, isNew)), tx)
        return isNew
    }

    package static func keep(_ readings: [EnergyReading], in tx: Transaction) throws -> [Bool] {
        let isNew = try insert(readings) { try EnergyStore.insert($0, in: tx) }
        try EnergyRollUpsStore.add(RollUp.adding(up: chosen(readings, isNew)), tx)
        return isNew
    }

    /// In the order of their keys, and roll-ups after readings: everybody locks so.
    private static func insert<Reading: Measured>(
        _ readings: [Reading],
        by insert: (ArraySlice<Reading>) throws -> NewReadings
    ) rethrows -> [Bool] {
        let order = readings.indices.sorted { one, other in
            (readings[one].deviceNumber, readings[one].recordedAt)
                < (readings[other].deviceNumber, readings[other].recordedAt)
        }
        var isNew = [Bool](repeating: false, count: readings.count)
        try order.inParts(of: BatchSize.max) { part in
            var new = try insert(part.map { readings[$0] }[...])
            for index in part { isNew[index] = new.take(readings[index]) }
        }
        return isNew
    }

    private static func chosen<Reading>(_ readings: [Reading], _ isNew: [Bool]) -> [Reading] {
        zip(readings, isNew).compactMap { $1 ? $0 : nil }
    }
}

/// Which of the readings that were given to a statement it has inserted.
enum NewReadings {
    /// A device and a moment.
    struct Key: Hashable {
        let deviceNumber: Int64
        let recordedAt: Instant
    }

    case all
    case some(Set<Key>)

    /// Once for each: of two alike in one statement, the second is a duplicate.
    mutating func take(_ reading: some Measured) -> Bool {
        guard case .some(var keys) = self else { return true }
        let key = Key(deviceNumber: reading.deviceNumber, recordedAt: reading.recordedAt)
        defer { self = .some(keys) }
        return keys.remove(key) != nil
    }
}
