import Base
import Database
import House
import Testing

@testable import Devices

@Suite(.serialized) final class TrainingStoreTests {
    private let shelf: Shelf
    private let now = Shelf.start

    init() throws {
        shelf = try Shelf()
    }

    private func due(before moment: Instant) throws -> [Int64] {
        try TrainingStore.due(before: moment, countMax: 10, shelf.database).map(\.number)
    }

    private func note(_ numbers: [Int64], withModel trained: [Int64], at moment: Instant) throws {
        try shelf.database.transaction { tx in
            try TrainingStore.note(numbers, withModel: trained, at: moment, in: tx)
        }
    }

    private func trainedAt(_ number: Int64) throws -> Instant? {
        try DevicesStore.keyed([number], shelf.database).first?.device.trainedAt
    }

    @Test func `who was never looked at comes first, who was lately does not come`() throws {
        let numbers = try (1...3).map { try shelf.register("CC-\($0)").device.number }
        #expect(try due(before: now) == numbers)
        try note([numbers[0]], withModel: [numbers[0]], at: now)
        try note([numbers[1]], withModel: [], at: now.adding(seconds: -60))
        #expect(try due(before: now) == [numbers[2], numbers[1]])
        #expect(try due(before: now.adding(seconds: 1)) == [numbers[2], numbers[1], numbers[0]])
        #expect(try trainedAt(numbers[0]) == now)
        #expect(try trainedAt(numbers[1]) == nil)
    }

    @Test func `a model that cannot be made again is none`() throws {
        let number = try shelf.register("CC-1").device.number
        try note([number], withModel: [number], at: now)
        try note([number], withModel: [], at: now.adding(seconds: 86_400))
        #expect(try trainedAt(number) == nil)
    }

    @Test func `a deleted device is not looked at`() throws {
        let device = try shelf.register("CC-1").device
        try shelf.database.transaction { tx in
            try DevicesStore.delete(device, at: self.now, tx)
        }
        #expect(try due(before: now) == [])
    }

    @Test func `a new model is known by the next request`() throws {
        let (device, key) = try shelf.register("CC-1")
        let door = DeviceDoor()
        func trainedAt() throws -> Instant? {
            let request = Shelf.request(key.text)
            door.expect([request], shelf.database)
            return try door.principal(of: request, shelf.database).device?.trainedAt
        }
        #expect(try trainedAt() == nil)
        try note([device.number], withModel: [device.number], at: now)
        #expect(try trainedAt() == now)
    }
}
