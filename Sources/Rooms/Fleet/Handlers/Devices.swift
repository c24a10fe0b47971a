import Database
import Devices
import HTTP
import House

/// `POST devices`: registers a device; its key is in this answer and nowhere else.
enum AddDevice {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let (device, key) = try DevicesDesk.add(try call.input(NewDevice.self), call, tx)
        return .created(
            NewDeviceReply(device: device, key: key),
            at: "/api/v1/devices/\(device.id)"
        ).tagged(device)
    }
}

/// `GET devices`: those of the caller's tenants, filtered and sorted.
enum ListDevices {
    static func handle(_ call: Call) throws -> Response {
        let worker = call.worker
        let query = try call.query(DevicesQuery.self)
        let scope = try call.fleetScope(worker.database)
        return .json(
            try query.page(in: scope, worker.database, seenBy: LastSeen(worker.cache)) {
                DeviceReply(device: $0)
            }
        )
    }
}

/// `GET devices/:id`: one of them.
enum ShowDevice {
    static func handle(_ call: Call) throws -> Response {
        let device = try call.fleetDevice()
        return .json(DeviceReply(device: device)).tagged(device)
    }
}

/// `PATCH devices/:id`: where it stands now, and who owns it.
enum ChangeDevice {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Device.idPrefix)
        let changed = try DevicesDesk.change(id, call, tx) { device in
            try call.requireMatch(version: device.version)
            return try call.input(DevicePatch.self)
        }
        let device = LastSeen(call.worker.cache).filled([changed])[0]
        return .json(DeviceReply(device: device)).tagged(device)
    }
}

/// `DELETE devices/:id`: it is no longer heard; what it told is kept.
enum DeleteDevice {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        try DevicesDesk.delete(try call.id("id", prefix: Device.idPrefix), call, tx) { device in
            try call.requireMatch(version: device.version)
        }
        return .noContent
    }
}

/// `POST devices/:id/rotate-key`: another key; the one before is refused at once.
enum RotateKey {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Device.idPrefix)
        return .json(DeviceKeyReply(key: try DevicesDesk.rotateKey(id, call, tx)))
    }
}
