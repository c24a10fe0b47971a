import Base
import Devices
import HTTP
import House

/// A device as the API shows it.
struct DeviceReply: Reply {
    let device: Device

    func write(to reply: inout ReplyWriter) {
        reply.put("id", device.id)
        reply.put("serialNumber", device.serialNumber)
        reply.put("kind", device.kind)
        reply.put("organisationId", device.organisationID)
        reply.put("coldCellId", device.coldCellID)
        reply.put("ownerId", device.ownerID)
        reply.put("firmwareVersion", device.firmwareVersion)
        reply.put("status", device.status)
        reply.put("lastSeenAt", device.lastSeenAt)
        reply.put("version", device.version)
        reply.put("createdAt", device.createdAt)
    }

    static var sample: DeviceReply {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return DeviceReply(
            device: Device(
                id: "dev_01HXYZ00000000000000000000",
                serialNumber: "CC-0001",
                kind: .coldcell,
                organisationID: "org_01HXYZ00000000000000000000",
                coldCellID: "cel_01HXYZ00000000000000000000",
                ownerID: "usr_01HXYZ00000000000000000000",
                firmwareVersion: "2.4.1",
                lastSeenAt: at,
                isOnline: true,
                createdAt: at
            )
        )
    }
}

/// A device that was just registered: the only answer but that of a rotation that shows its key.
struct NewDeviceReply: Reply {
    let device: Device
    let key: DeviceKey

    func write(to reply: inout ReplyWriter) {
        DeviceReply(device: device).write(to: &reply)
        reply.put("apiKey", key.text)
    }

    static var sample: NewDeviceReply {
        NewDeviceReply(device: DeviceReply.sample.device, key: DeviceKeyReply.sample.key)
    }
}

/// The key that a device has from now on.
struct DeviceKeyReply: Reply {
    let key: DeviceKey

    func write(to reply: inout ReplyWriter) {
        reply.put("apiKey", key.text)
    }

    static var sample: DeviceKeyReply {
        DeviceKeyReply(key: .make(for: 1, named: "sample"))
    }
}

extension Response {
    /// The version, and what changes without a new one: that it is heard of.
    func tagged(_ device: Device) -> Response {
        tagged(
            version: device.version,
            revision: "\(device.status).\(device.lastSeenAt?.milliseconds ?? 0)"
        )
    }
}
