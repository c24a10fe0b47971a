import Base
import Database
import TestSupport
import Testing

@testable import AlertEngine

/// Many connections at once, as gatherers, workers and the bridge are.
@Suite(.serialized) final class AlertStormTests {
    private static let devices: Int64 = 100
    private static let connections = 8

    private let scratch: ScratchDatabase

    init() throws {
        scratch = try ScratchDatabase()
        try Plant.build(scratch)
    }

    /// All of these at the same time, in batches of as many devices as come together.
    private func pour(
        _ readings: [JudgedReading],
        each: Int,
        readsCommitted: Bool = false
    ) throws {
        var settings = scratch.settings
        settings.readsCommitted = readsCommitted
        let threads = (0..<Self.connections).map { place in
            let own = stride(from: place, to: readings.count, by: Self.connections)
                .map { readings[$0] }
            return OnThread { [settings] in
                let plant = Plant(database: MariaDB(settings))
                for start in stride(from: 0, to: own.count, by: each) {
                    try plant.judge(Array(own[start..<min(start + each, own.count)]))
                }
            }
        }
        for thread in threads { try thread.join() }
    }

    @Test func `ten thousand readings of a hundred devices raise a hundred alerts`() throws {
        var random = SystemRandomNumberGenerator()
        let readings = (0..<10_000).map { number in
            Plant.reading(Int64(number) % Self.devices + 1, Int64(number), -10)
        }.shuffled(using: &random)
        let began = monotonicNanoseconds()
        try pour(readings, each: 32)
        let seconds = Double(monotonicNanoseconds() - began) / 1e9
        let alerts = try Plant(database: scratch.database).alerts()
        #expect(alerts.count == 100, "in \(seconds) s")
        #expect(alerts.allSatisfy { $0.status == .active && $0.type == .highTemperature })
        #expect(Set(alerts.map(\.deviceNumber)).count == 100)
        #expect(alerts.allSatisfy { (1...100).contains($0.count) })
        #expect(seconds < 60)
    }

    /// Whoever was the first to come: a reading that says that all is well may be kept by a
    /// transaction that saw no alert, while another raises one.
    ///
    /// At either level of isolation: at the lower one no gap is locked.
    @Test(arguments: [true, false], [true, false])
    func `the newest reading has the last word`(isWell: Bool, readsCommitted: Bool) throws {
        var random = SystemRandomNumberGenerator()
        for round in 0..<8 as Range<Int64> {
            let base = round * 1000
            let readings = (0..<800).map { number in
                let seconds = base + Int64(number) / 40
                let isLast = Int64(number) / 40 == 19
                let isBad = isLast ? !isWell : Bool.random(using: &random)
                return Plant.reading(Int64(number) % 40 + 1, seconds, isBad ? -10 : -18)
            }.shuffled(using: &random)
            try pour(readings, each: 8, readsCommitted: readsCommitted)
            let open = try Plant(database: scratch.database).alerts().filter(\.isOpen)
            #expect(open.count == (isWell ? 0 : 40), "round \(round)")
        }
    }
}
