package import Base
package import Outbox

/// What is told of devices that go.
package enum DeviceNews {
    package static func offline(
        _ id: String,
        _ serialNumber: String,
        of owners: (organisationID: String?, userID: String?),
        lastSeenAt: Instant?,
        eventID: String
    ) -> NewEvent {
        var event = NewEvent(
            id: eventID,
            "device.offline",
            on: [Topic(.devices, id).text],
            [
                "device": [
                    "id": .string(id), "serialNumber": .string(serialNumber),
                    "status": .string(Device.Status.offline.rawValue),
                    "lastSeenAt": lastSeenAt.map { .string($0.rfc3339) } ?? .null,
                ]
            ]
        )
        event.organisationID = owners.organisationID
        event.userID = owners.userID
        return event
    }
}
