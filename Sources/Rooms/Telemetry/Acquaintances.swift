import AlertEngine
import Anomalies
import Base
import Database
import Devices
import House
import Readings

/// The devices with a model that this process has met: what was learned of each, and what it has
/// told last.
///
/// A device without a model costs nothing; one that is known well costs no statement.
package final class Acquaintances {
    private static let devicesMax = 4000
    /// What others have taken of a device meanwhile is not known here: it is looked at again.
    private static let secondsMax: Int64 = 900

    private struct Acquaintance {
        let trainedAt: Instant
        let model: DeviceModel?
        let readAt: Instant
        var recent: Recent
    }

    private var known: [Int64: Acquaintance] = [:]

    package init() {}

    /// How each reading is beside what its device usually tells; remembered once they are kept.
    func judged<Reading: Told>(
        _ readings: [Reading],
        of devices: [Int64: CallingDevice],
        at now: Instant,
        in tx: Transaction
    ) throws -> [JudgedReading] {
        var judged = readings.map(\.judged)
        let isEnergy = Reading.letterKind == .energy
        let trained = devices.filter { _, device in
            device.trainedAt != nil && (device.kind != .coldcell) == isEnergy
        }
        guard !trained.isEmpty else { return judged }
        try meet(trained, tellingEnergy: isEnergy, at: now, tx)
        var later: [Int64: Recent] = [:]
        for place in readings.indices.sorted(by: {
            readings[$0].recordedAt < readings[$1].recordedAt
        }) {
            let reading = readings[place]
            guard let quantity = trained[reading.deviceNumber]?.kind.quantity,
                let value = reading.value(of: quantity),
                let acquaintance = known[reading.deviceNumber], let model = acquaintance.model
            else { continue }
            var recent = later[reading.deviceNumber] ?? acquaintance.recent
            guard recent.see(value, at: reading.recordedAt) else { continue }
            later[reading.deviceNumber] = recent
            let verdict = model.judge(value, of: quantity, at: reading.recordedAt, recent)
            judged[place].likeness = .init(verdict)
        }
        tx.afterCommit { [self] in
            for (number, recent) in later { known[number]?.recent = recent }
        }
        return judged
    }

    /// Reads what is not known of them, or not well enough, with one statement.
    private func meet(
        _ devices: [Int64: CallingDevice],
        tellingEnergy isEnergy: Bool,
        at now: Instant,
        _ tx: Transaction
    ) throws {
        let oldest = now.adding(seconds: -Self.secondsMax)
        let strangers = devices.values.filter { device in
            guard let known = known[device.number], let trainedAt = device.trainedAt
            else { return true }
            return known.trainedAt < trainedAt || known.readAt < oldest
        }
        guard !strangers.isEmpty else { return }
        if known.count + strangers.count > Self.devicesMax {
            known = known.filter { $0.value.readAt >= oldest }
        }
        // Beyond that nothing is read: whoever is known is not driven out by who comes once.
        let met = strangers.sorted { $0.number < $1.number }
            .prefix(max(0, Self.devicesMax - known.count))
        guard !met.isEmpty else { return }
        let found = try DeviceModelsStore.read(
            met.map(\.number),
            slotsSince: now.adding(seconds: -Recent.seconds - Recent.slotSeconds),
            ofEnergy: isEnergy,
            tx
        )
        for device in met {
            let slots = found.slots[device.number]?[device.kind.quantity.rawValue] ?? []
            let kept = found.models[device.number]
            known[device.number] = Acquaintance(
                trainedAt: kept?.trainedAt ?? device.trainedAt ?? .earliest,
                model: kept?.model,
                readAt: now,
                recent: Recent(slots.sorted { $0.startsAt < $1.startsAt })
            )
        }
    }
}

extension DeviceKind {
    /// What a device of this kind is for, and by what it is judged.
    var quantity: Unusual.Quantity {
        switch self {
        case .coldcell: .temperature
        case .solar: .generation
        case .meter: .consumption
        }
    }
}

extension JudgedReading.Likeness {
    fileprivate init(_ verdict: DeviceModel.Verdict) {
        switch verdict {
        case .open: self = .unknown
        case .usual: self = .usual
        case .unusual(let unusual):
            self = .unusual(
                value: unusual.value,
                threshold: unusual.threshold,
                explanation: unusual.explanation
            )
        }
    }
}
