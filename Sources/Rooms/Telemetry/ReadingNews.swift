import Base
import House
import Outbox
import Readings

/// What is told of readings, and of devices that are heard of again.
struct ReadingNews {
    let devices: [Int64: CallingDevice]
    let desk: IntakeDesk

    /// Of each device the newest.
    static func newest<Reading: Told>(of readings: [Reading]) -> [Reading] {
        var newest: [Int64: Reading] = [:]
        for reading in readings {
            let known = newest[reading.deviceNumber]
            if known.map({ $0.recordedAt < reading.recordedAt }) ?? true {
                newest[reading.deviceNumber] = reading
            }
        }
        return newest.values.sorted { $0.deviceNumber < $1.deviceNumber }
    }

    func recorded(_ reading: some Told) -> NewEvent {
        event("reading.recorded", devices[reading.deviceNumber], ["reading": reading.json])
    }

    func online(_ device: CallingDevice) -> NewEvent {
        event(
            "device.online",
            device,
            ["status": "ONLINE", "lastSeenAt": .string(desk.now.rfc3339)]
        )
    }

    private func event(_ type: String, _ device: CallingDevice?, _ more: JSONObject) -> NewEvent {
        var data: JSONObject = [
            "deviceId": device.map { .string($0.id) } ?? .null,
            "serialNumber": device.map { .string($0.serialNumber) } ?? .null,
            "coldCellId": device?.coldCellID.map { .string($0) } ?? .null,
        ]
        data.members += more.members
        var event = NewEvent(
            id: desk.makeID(Outbox.idPrefix),
            type,
            on: device.map { ["devices/\($0.id)"] } ?? [],
            data
        )
        event.organisationID = device?.organisationID
        event.userID = device?.ownerID
        return event
    }
}
