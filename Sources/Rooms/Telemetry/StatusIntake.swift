import Base
package import Database
import Devices
import House
import Outbox

/// Takes what devices say of themselves, and what the broker says for those that it has lost.
package enum StatusIntake {
    /// What tells of a device that it is there, or that it is not.
    package struct Sign: Sendable {
        package let serialNumber: String
        package let isFarewell: Bool

        /// What is no farewell is a sign of life, whatever it says.
        package init(serialNumber: String, payload: [UInt8]) {
            self.serialNumber = serialNumber
            do {
                isFarewell = try JSON(parsing: payload)["status"]?.string == "offline"
            } catch {
                isFarewell = false
            }
        }

        package init(ofLife serialNumber: String) {
            self.serialNumber = serialNumber
            isFarewell = false
        }
    }

    /// In the order in which they came: the last of a device counts.
    package static func take(
        _ signs: [Sign],
        at desk: IntakeDesk,
        in tx: Transaction
    ) throws {
        guard !signs.isEmpty else { return }
        let last = Dictionary(signs.map { ($0.serialNumber, $0.isFarewell) }) { $1 }
        let found = try DevicesStore.calling(serialNumbers: last.keys.sorted(), tx)
        let gone = found.filter { last[$0.serialNumber] == true }
        let there = found.filter { last[$0.serialNumber] == false }
        try leave(gone, desk, tx)
        try arrive(there, desk, tx)
    }

    private static func leave(
        _ devices: [CallingDevice],
        _ desk: IntakeDesk,
        _ tx: Transaction
    ) throws {
        let left = try DevicesStore.leave(devices.map(\.number), at: desk.now, tx)
        let events = devices.filter { left.contains($0.number) }.map { device in
            DeviceNews.offline(
                device.id,
                device.serialNumber,
                of: (device.organisationID, device.ownerID),
                lastSeenAt: device.lastSeenAt,
                eventID: desk.makeID(Outbox.idPrefix)
            )
        }
        try desk.tell(events, in: tx)
    }

    private static func arrive(
        _ devices: [CallingDevice],
        _ desk: IntakeDesk,
        _ tx: Transaction
    ) throws {
        let arrived = try DevicesStore.lockOffline(devices.map(\.number), tx)
        try DevicesStore.noteSeen(arrived.sorted(), at: desk.now, tx)
        let byNumber = Dictionary(devices.map { ($0.number, $0) }) { first, _ in first }
        let news = ReadingNews(devices: byNumber, desk: desk)
        try desk.tell(arrived.sorted().compactMap { byNumber[$0] }.map(news.online), in: tx)
        tx.afterCommit { [desk] in desk.note([], heard: byNumber.keys) }
    }
}
