import Base
import Testing

@testable import Readings

/// Readings are added up the same whatever comes first.
@Suite struct RollUpTests {
    private let noon = Instant(milliseconds: 1_772_366_400_000)

    private func reading(_ device: Int64, _ seconds: Int64, _ temperature: Double) -> Reading {
        Reading(
            deviceNumber: device,
            recordedAt: noon.adding(seconds: seconds),
            temperature: temperature
        )
    }

    @Test(arguments: [
        (RollUpLength.fiveMinutes, "2026-03-01T12:30:00.000Z"),
        (.halfHour, "2026-03-01T12:30:00.000Z"),
        (.hour, "2026-03-01T12:00:00.000Z"),
        (.twoHours, "2026-03-01T12:00:00.000Z"),
        (.day, "2026-03-01T00:00:00.000Z"),
    ])
    func `a time begins at a multiple of its length in UTC`(length: RollUpLength, start: String)
        throws
    {
        let moment = try #require(Instant(rfc3339: "2026-03-01T12:34:56.789Z"))
        #expect(length.start(of: moment).rfc3339 == start)
        #expect(length.start(of: length.start(of: moment)).rfc3339 == start)
    }

    @Test func `what was before 1970 begins before it too`() {
        let moment = Instant(milliseconds: -1)
        #expect(RollUpLength.hour.start(of: moment).milliseconds == -3_600_000)
    }

    @Test func `one row comes of all readings of a device in a time, in the order of the keys`() {
        let readings = [
            reading(2, 10, 5), reading(1, 301, 4), reading(1, 0, 2), reading(1, 299, 3),
        ]
        let rollUps = RollUp.adding(up: readings)
        #expect(rollUps.map(\.deviceNumber) == [1, 1, 1, 2, 2])
        #expect(rollUps.map(\.length.seconds) == [300, 300, 3600, 300, 3600])
        #expect(rollUps.map(\.sums.readings) == [2, 1, 3, 1, 1])
        #expect(rollUps.map(\.sums.min) == [2, 4, 2, 5, 5])
        #expect(rollUps.map(\.sums.max) == [3, 4, 4, 5, 5])
        #expect(rollUps.map(\.sums.squares) == [13, 16, 29, 25, 25])
    }

    @Test func `what a device generates and what it consumes are two series`() {
        let readings = [EnergyReading.Kind.consumption, .generation, .consumption].enumerated().map
        {
            EnergyReading(
                deviceNumber: 1,
                recordedAt: noon.adding(seconds: Int64($0)),
                kind: $1,
                powerW: 100,
                energyWh: 5
            )
        }
        let rollUps = RollUp.adding(up: readings)
        #expect(
            rollUps.map(\.series) == ["consumption", "consumption", "generation", "generation"]
        )
        #expect(rollUps.map(\.sums.energyWh) == [10, 10, 5, 5])
    }

    @Test func `a mean is of what was measured, and of nothing else`() {
        var sums = TemperatureSums(reading(1, 0, 4))
        #expect(sums.humidity == nil)
        var moist = reading(1, 1, 5)
        moist.humidity = 60
        sums.add(TemperatureSums(moist))
        #expect(sums.mean == 4.5)
        #expect(sums.humidity == 60)
    }

    @Test func `what fills a statement up changes nothing`() {
        var sums = TemperatureSums(reading(1, 0, 4))
        sums.add(TemperatureSums(reading(1, 0, -7)))
        let before = sums
        sums.add(sums.neutral)
        #expect(sums == before)
    }

    @Test(arguments: [1, 2, 5, 7, 33, 100, 500, 511, 512])
    func `a statement has few sizes, and holds all of its rows`(count: Int) {
        let filled = BatchSize.filledUp(Array(0..<count)[...]) { _ in -1 }
        #expect(filled.prefix(count) == Array(0..<count)[...])
        #expect(filled.count < count * 3 / 2 + 1)
        #expect(BatchSize.filledUp(filled[...]) { $0 } == filled)
    }
}
