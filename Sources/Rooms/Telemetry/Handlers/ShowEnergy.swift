import Base
import Devices
import HTTP
import House
import Readings

/// `GET iot/latest/:userId`: what somebody's devices told last.
enum ShowLatestEnergy {
    static func handle(_ call: Call) throws -> Response {
        let database = call.worker.database
        let devices = LastSeen(call.worker.cache).filled(try call.ownedDevices())
        let latest = try LatestReadings(call.worker.cache).find(devices.map(\.number), database)
        return .json(
            LatestEnergyReply(devices: devices.map { .init(device: $0, json: latest[$0.number]) })
        )
    }
}

/// `GET iot/history/:userId`: what somebody's devices generated and consumed over a time.
enum ShowEnergyHistory {
    static func handle(_ call: Call) throws -> Response {
        let devices = try call.ownedDevices()
        let query = try call.query(EnergyQuery.self)
        let numbers = devices.filter { query.deviceID == nil || $0.id == query.deviceID }
            .map(\.number)
        return .json(
            try query.history(of: numbers, at: call.worker.clock.now, call.worker.database)
        )
    }
}

extension Call {
    private static var devicesMax: Int { 100 }

    /// Of the person whom the path names, if the caller is that person or an admin.
    fileprivate func ownedDevices() throws -> [Device] {
        let caller = try caller()
        let id = try id("userId", prefix: "usr")
        guard caller.id == id || caller.roles.contains(.admin) else { throw Problem.notFound }
        let devices = try DevicesStore.owned(by: id, limit: Self.devicesMax, worker.database)
        guard devices.isEmpty, caller.id != id else { return devices }
        let people = try worker.people.find(ids: [id], emails: [], worker.database)
        guard !people.isEmpty else { throw Problem.notFound }
        return []
    }
}

/// What somebody's devices told last.
struct LatestEnergyReply: Reply {
    struct Item: Reply {
        let device: Device
        let json: JSON?

        func write(to reply: inout ReplyWriter) {
            reply.put("deviceId", device.id)
            reply.put("serialNumber", device.serialNumber)
            reply.put("kind", device.kind)
            reply.put("reading", json ?? .null)
            reply.put("lastSeenAt", device.lastSeenAt)
            reply.put("online", device.isOnline)
        }

        static var sample: Item {
            let at = Instant(milliseconds: 1_772_368_496_789)
            return Item(
                device: Device(
                    id: "dev_01HXYZ00000000000000000000",
                    serialNumber: "PV-0001",
                    kind: .solar,
                    lastSeenAt: at,
                    isOnline: true,
                    createdAt: at
                ),
                json: EnergyReading(
                    deviceNumber: 1,
                    recordedAt: at,
                    kind: .generation,
                    powerW: 3200,
                    energyWh: 266,
                    voltage: 230,
                    currentA: 14,
                    temperature: 41
                ).json
            )
        }
    }

    let devices: [Item]

    func write(to reply: inout ReplyWriter) {
        reply.put("devices", devices)
    }

    static var sample: LatestEnergyReply { LatestEnergyReply(devices: [.sample]) }
}
