package import Base
package import Database

/// Roll-ups beside the readings that they are made of: a change by hand or a bug shows here.
///
/// Devices without a reading on a day are passed over: what is left of such a day is its roll-ups.
package enum RollUpComparison {
    /// A roll-up that is not what its readings come to, or has none, or is missing.
    package struct Difference: Sendable, Equatable {
        package let deviceNumber: Int64
        /// What is measured; empty for temperatures.
        package let series: String
        package let length: RollUpLength
        package let startsAt: Instant
        package let readings: Int64
        package let readingsRight: Int64
    }

    /// Of a day and all devices whose numbers lie between these.
    package static func differences(
        on day: Instant,
        of numbers: ClosedRange<Int64>,
        _ queries: some Queries
    ) throws -> [Difference] {
        try compare(Reading.self, day, numbers, queries).map(\.difference)
            + compare(EnergyReading.self, day, numbers, queries).map(\.difference)
    }

    /// Makes right what differs of these devices, and returns what it was.
    package static func repair(
        on day: Instant,
        of numbers: Set<Int64>,
        in tx: Transaction
    ) throws -> [Difference] {
        try numbers.sorted().flatMap { number in
            try repair(Reading.self, day, number, tx) + repair(EnergyReading.self, day, number, tx)
        }
    }

    /// What is wanted of the roll-ups of readings; the right one is nothing where there should be
    /// none.
    private struct Mismatch<Sums: RollUpSums> {
        let key: RollUpKey
        let kept: RollUp<Sums>?
        let right: RollUp<Sums>?

        var difference: Difference {
            Difference(
                deviceNumber: key.deviceNumber,
                series: key.series,
                length: key.length,
                startsAt: key.startsAt,
                readings: kept?.sums.readings ?? 0,
                readingsRight: right?.sums.readings ?? 0
            )
        }
    }

    private static func compare<Reading: Compared>(
        _ type: Reading.Type,
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        isLocking: Bool = false,
        _ queries: some Queries
    ) throws -> [Mismatch<Reading.Sums>] {
        let finest = try Reading.addedUp(day, numbers, isLocking: isLocking, queries)
        guard !finest.isEmpty else { return [] }
        let right = RollUp.coarsened(finest)
        let devices = Set(finest.map(\.deviceNumber))
        let kept = try Reading.rollUps(day, numbers, isLocking: isLocking, queries)
            .filter { devices.contains($0.deviceNumber) }
        let keptByKey = Dictionary(kept.map { ($0.key, $0) }) { first, _ in first }
        let rightByKey = Dictionary(right.map { ($0.key, $0) }) { first, _ in first }
        return Set(keptByKey.keys).union(rightByKey.keys).sorted().compactMap { key in
            let (kept, right) = (keptByKey[key], rightByKey[key])
            if let kept, let right, kept.sums.isNear(right.sums) { return nil }
            return Mismatch(key: key, kept: kept, right: right)
        }
    }

    /// The rows are held first, those too that were missing: whatever adds to one meanwhile waits.
    private static func repair<Reading: Compared>(
        _ type: Reading.Type,
        _ day: Instant,
        _ number: Int64,
        _ tx: Transaction
    ) throws -> [Difference] {
        let seen = try compare(Reading.self, day, number...number, tx)
        guard !seen.isEmpty else { return [] }
        try Reading.add(seen.compactMap { $0.right?.neutral }, tx)
        let differing = try compare(Reading.self, day, number...number, isLocking: true, tx)
        try Reading.delete(differing.map(\.key), tx)
        try Reading.add(differing.compactMap(\.right), tx)
        return differing.map(\.difference)
    }
}

/// What names a roll-up; in the order in which everybody locks them.
struct RollUpKey: Hashable, Comparable {
    let deviceNumber: Int64
    let series: String
    let length: RollUpLength
    let startsAt: Instant

    static func < (one: RollUpKey, other: RollUpKey) -> Bool {
        (one.deviceNumber, one.series, one.length.seconds, one.startsAt)
            < (other.deviceNumber, other.series, other.length.seconds, other.startsAt)
    }
}

/// Readings whose roll-ups can be compared and made anew.
protocol Compared: Measured {
    /// Of the finest length, from the readings themselves.
    static func addedUp(
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        isLocking: Bool,
        _ queries: some Queries
    ) throws -> [RollUp<Sums>]
    /// Of all lengths, as they are kept.
    static func rollUps(
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        isLocking: Bool,
        _ queries: some Queries
    ) throws -> [RollUp<Sums>]
    static func add(_ rollUps: [RollUp<Sums>], _ tx: Transaction) throws
    static func delete(_ keys: [RollUpKey], _ tx: Transaction) throws
}

extension RollUp {
    var key: RollUpKey {
        RollUpKey(deviceNumber: deviceNumber, series: series, length: length, startsAt: startsAt)
    }

    /// All lengths that have rows, from the finest, in the order of their keys.
    static func coarsened(_ finest: [RollUp]) -> [RollUp] {
        var sums: [RollUpKey: Sums] = [:]
        for rollUp in finest {
            for length in RollUpLength.kept {
                let key = RollUpKey(
                    deviceNumber: rollUp.deviceNumber,
                    series: rollUp.series,
                    length: length,
                    startsAt: length.start(of: rollUp.startsAt)
                )
                if sums[key]?.add(rollUp.sums) == nil { sums[key] = rollUp.sums }
            }
        }
        return sums.sorted { $0.key < $1.key }.map { key, sums in
            RollUp(
                deviceNumber: key.deviceNumber,
                series: key.series,
                length: key.length,
                startsAt: key.startsAt,
                sums: sums
            )
        }
    }
}
