import Base
import Database
import HTTP
import House
import TestSupport
import Testing

@testable import Devices

@Suite(.serialized) struct DeviceDoorTests {
    private let shelf: Shelf
    private let door = DeviceDoor()

    init() throws {
        shelf = try Shelf()
    }

    /// As a worker does: the round is expected, then each request is proved.
    private func prove(_ keys: String?...) -> [Result<Principal, any Error>] {
        let requests = keys.map(Shelf.request)
        door.expect(requests, shelf.database)
        return requests.map { request in
            Result { try door.principal(of: request, shelf.database) }
        }
    }

    private func refusal(_ result: Result<Principal, any Error>) -> Problem? {
        guard case .failure(let error) = result else { return nil }
        return error as? Problem
    }

    @Test func `a device is known by its key`() throws {
        let cell = try shelf.putUp(coldCell: 1)
        let (device, key) = try shelf.register("CC-1") {
            $0.organisationID = Shelf.id("org", 1)
            $0.coldCellID = cell.id
        }
        let caller = try prove(key.text)[0].get()
        #expect(caller.id == device.id)
        #expect(caller.kind == .device)
        #expect(caller.organisationID == Shelf.id("org", 1))
        let calling = try #require(caller.device)
        #expect(calling.number == device.number)
        #expect(calling.serialNumber == "CC-1")
        #expect(calling.cell?.id == cell.id)
        #expect(calling.cell?.temperatures == 2...8)
        #expect(!calling.isOnline)
    }

    @Test func `a key that was rotated is refused by the next request`() throws {
        let (device, old) = try shelf.register("CC-1")
        _ = try prove(old.text)[0].get()
        let new = try shelf.rotate(device)
        let results = prove(old.text, new.text, old.text)
        #expect(refusal(results[0])?.code == "invalid_device_key")
        #expect(try results[1].get().id == device.id)
        #expect(refusal(results[2])?.status == 401)
    }

    @Test func `a device that was deleted is refused by the next request`() throws {
        let (device, key) = try shelf.register("CC-1")
        _ = try prove(key.text)[0].get()
        try shelf.database.transaction { tx in
            try DevicesStore.delete(device, at: Shelf.start, tx)
        }
        #expect(refusal(prove(key.text)[0]) == DeviceRefusal.invalidKey)
    }

    @Test func `wrong keys and those of nobody are refused alike`() throws {
        let (device, key) = try shelf.register("CC-1")
        let wrong = DeviceKey.make(for: device.number).text
        let nobodys = DeviceKey.make(for: 4_000_000).text
        let cut = String(key.text.dropLast())
        for result in prove(wrong, nobodys, cut, "nonsense", "") {
            #expect(refusal(result) == DeviceRefusal.invalidKey)
        }
        #expect(refusal(prove(nil)[0])?.code == "unauthenticated")
    }

    @Test func `what comes together is read by one statement`() throws {
        let keys = try (1...20).map { try shelf.register("CC-\($0)").key.text }
        let requests = (keys + keys).map { Shelf.request($0) }
        _ = shelf.database.takeStatistics()
        door.expect(requests, shelf.database)
        let callers = try requests.map { try door.principal(of: $0, shelf.database) }
        // The version of the fleet, and all rows.
        #expect(shelf.database.takeStatistics().statements == 2)
        #expect(Set(callers.map(\.id)).count == 20)
        door.expect(requests, shelf.database)
        #expect(
            try requests.map { try door.principal(of: $0, shelf.database).id } == callers.map(\.id)
        )
        #expect(shelf.database.takeStatistics().statements == 1)
    }

    @Test func `a cold cell that was changed is known by the next request`() throws {
        var cell = try shelf.putUp(coldCell: 1)
        let (_, key) = try shelf.register("CC-1") { $0.coldCellID = cell.id }
        _ = try prove(key.text)[0].get()
        cell.maxTemperature = 5
        try shelf.database.transaction { tx in try ColdCellsStore.save(&cell, tx) }
        #expect(try prove(key.text)[0].get().device?.cell?.temperatures == 2...5)
    }

    @Test func `what was written of a device that is known is told to the door`() throws {
        let (_, key) = try shelf.register("CC-1")
        var device = try #require(try prove(key.text)[0].get().device)
        device.isOnline = true
        device.lastSeenAt = Shelf.start
        door.remember([device])
        #expect(try prove(key.text)[0].get().device == device)
    }

    @Test func `a device that goes offline is known so by the next request`() throws {
        let (_, key) = try shelf.register("CC-1") {
            $0.isOnline = true
            $0.lastSeenAt = Shelf.start
        }
        let device = try #require(try prove(key.text)[0].get().device)
        #expect(device.isOnline)
        let later = Shelf.start.adding(seconds: 86_400)
        let silent = try shelf.database.transaction { tx in
            try SilenceStore.goOffline([device.number], at: later, in: tx)
        }
        #expect(silent.map(\.number) == [device.number])
        #expect(try prove(key.text)[0].get().device?.isOnline == false)
    }

    @Test func `a request that was not expected is read for itself`() throws {
        let (device, key) = try shelf.register("CC-1")
        door.expect([], shelf.database)
        let caller = try door.principal(of: Shelf.request(key.text), shelf.database)
        #expect(caller.id == device.id)
    }

    @Test func `a serial number is free again once its device was deleted`() throws {
        let (device, _) = try shelf.register("CC-1")
        #expect(throws: DeviceRefusal.serialNumberTaken) { try shelf.register("CC-1") }
        try shelf.database.transaction { tx in
            try DevicesStore.delete(device, at: Shelf.start, tx)
        }
        #expect(try shelf.register("CC-1").device.number != device.number)
    }
}
