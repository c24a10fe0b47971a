import AlertEngine
import Base
import Database
import House
import Readings

/// What alerts are judged by: the devices with the bounds of their cold cells.
struct AlertWatch {
    private let devices: [Int64: JudgedDevice]
    private let terms: AlertTerms

    init(_ devices: [Int64: CallingDevice], _ terms: AlertTerms) {
        self.terms = terms
        self.devices = devices.mapValues { device in
            JudgedDevice(
                number: device.number,
                id: device.id,
                coldCellID: device.coldCellID,
                organisationID: device.organisationID,
                temperatures: device.cell?.temperatures,
                silencedUntil: device.cell?.silencedUntil
            )
        }
    }

    /// Keeps the readings meanwhile; returns the alerts that they changed, as they are now.
    func judge(
        _ readings: [JudgedReading],
        in tx: Transaction,
        newest: ([Int64]) throws -> [Int64: Instant],
        keeping keep: () throws -> Void
    ) throws -> [Alert] {
        let changes = try AlertEngine.judge(
            readings,
            of: devices,
            terms,
            in: tx,
            newest: newest,
            keeping: keep
        )
        var last: [String: Alert] = [:]
        for change in changes { last[change.alert.id] = change.alert }
        return changes.compactMap { last.removeValue(forKey: $0.alert.id) }
    }
}
