package import Base
package import Database

/// The door of this module: judges readings in the transaction that keeps them.
package enum AlertEngine {
    /// Raises, repeats and resolves what the readings say, and returns what has happened, a change
    /// of a kind for each alert at most.
    ///
    /// `keep` inserts the readings: whose alerts they may change is locked before, and whether
    /// another transaction has raised something meanwhile is asked after, so that of two readings
    /// of a device that come at once one is judged behind the other. `newest` gives for each of
    /// these devices the time of the newest reading that is kept, by a read that locks; it is asked
    /// for few, when something begins to be wrong with them.
    ///
    /// A reading that is kept already does no harm. Where all is well this costs one statement for
    /// all readings together, which finds nothing.
    package static func judge(
        _ readings: [JudgedReading],
        of devices: [Int64: JudgedDevice],
        _ terms: AlertTerms,
        in tx: Transaction,
        newest: ([Int64]) throws -> [Int64: Instant],
        keeping keep: () throws -> Void
    ) throws -> [AlertChange] {
        let known = readings.filter { devices[$0.deviceNumber] != nil }
        let suspects = Set(
            known.filter { reading in
                devices[reading.deviceNumber].map {
                    Symptom.isWorthWatching(reading, $0, by: terms.rules)
                } ?? false
            }.map(\.deviceNumber)
        )
        var (watches, newborn) = try WatchesStore.begin(suspects.sorted(), in: tx, newest: newest)
        try keep()
        let others = Set(known.map(\.deviceNumber)).subtracting(suspects)
        watches.merge(try WatchesStore.lock(others.sorted(), in: tx)) { $1 }
        guard !watches.isEmpty else { return [] }
        let before = watches.keys.filter { !newborn.contains($0) }
        let open = try AlertsStore.lockOpen(of: before.sorted(), in: tx)
        var judgement = Judgement(terms)
        for (number, ofDevice) in Dictionary(grouping: known, by: \.deviceNumber).sorted(by: {
            $0.key < $1.key
        }) {
            guard let device = devices[number], let watch = watches[number] else { continue }
            judgement.judge(ofDevice, of: device, watch, open[number] ?? [])
        }
        return try judgement.write(in: tx)
    }

    /// Raises that devices are silent, where nobody has raised it yet, and returns what was raised.
    ///
    /// `lastSeenAt` is when each was heard; `newest` is as above.
    package static func fallSilent(
        _ devices: [(device: JudgedDevice, lastSeenAt: Instant, seconds: Int64)],
        _ terms: AlertTerms,
        in tx: Transaction,
        newest: ([Int64]) throws -> [Int64: Instant]
    ) throws -> [AlertChange] {
        guard !devices.isEmpty else { return [] }
        let numbers = devices.map(\.device.number).sorted()
        let (watches, newborn) = try WatchesStore.begin(numbers, in: tx, newest: newest)
        let before = numbers.filter { !newborn.contains($0) }
        let open = try AlertsStore.lockOpen(of: before, in: tx)
        var judgement = Judgement(terms)
        for (device, lastSeenAt, seconds) in devices {
            guard let watch = watches[device.number] else { continue }
            let silent = Double(terms.now.seconds(since: lastSeenAt))
            judgement.noteSilence(
                Finding(value: silent, threshold: Double(seconds), severity: .warning),
                of: device,
                watch,
                open[device.number] ?? []
            )
        }
        return try judgement.write(in: tx)
    }

    /// Keeps what was done to alerts that the transaction holds, and tells it.
    package static func record(
        _ changes: [AlertChange],
        _ terms: AlertTerms,
        in tx: Transaction
    ) throws {
        try AlertsStore.save(changes.map(\.alert), in: tx)
        try AlertNews.tell(changes, terms, in: tx)
    }
}
