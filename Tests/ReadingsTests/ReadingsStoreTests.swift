import Base
import Database
import TestSupport
import Testing

@testable import Readings

/// Readings and roll-ups beside a plain model of both, whatever comes late, twice or in disorder.
@Suite(.serialized) final class ReadingsStoreTests {
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let now = Clock.system.now

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        for name in [
            "0021_readings_create_readings.sql", "0022_readings_create_rollups.sql",
            "0023_readings_keep_partitions.sql",
        ] { try scratch.apply(name) }
    }

    private func keep(_ readings: [Reading]) throws -> [Bool] {
        try database.transaction { tx in try Readings.keep(readings, in: tx) }
    }

    private func reading(_ device: Int64, _ at: Instant, _ temperature: Double = 4) -> Reading {
        Reading(deviceNumber: device, recordedAt: at, temperature: temperature)
    }

    @Test func `a reading is kept as it is, once`() throws {
        let whole = Reading(
            deviceNumber: 7,
            recordedAt: now,
            temperature: -18.4,
            humidity: 45.5,
            batteryLevel: 87,
            hasPower: true,
            isDoorOpen: false
        )
        #expect(try keep([whole]) == [true])
        var other = whole
        other.temperature = 99
        #expect(try keep([other]) == [false])
        #expect(try ReadingsStore.newest(of: 7, database) == whole)
        let sums = try hours(of: 7).first?.sums
        #expect(sums?.readings == 1)
        #expect(sums?.max == -18.4)
        #expect(sums?.humidity == 45.5)
        #expect(sums?.batteryLevel == 87)
    }

    @Test func `of two alike that come together the first is kept`() throws {
        #expect(try keep([reading(1, now, 3), reading(1, now, 8)]) == [true, false])
        #expect(try ReadingsStore.newest(of: 1, database)?.temperature == 3)
    }

    @Test func `more than one statement holds are kept`() throws {
        let many = (0..<1300).map { reading(3, now.adding(milliseconds: Int64(-$0)), Double($0)) }
        #expect(try keep(many).allSatisfy { $0 })
        #expect(try keep(many).allSatisfy { !$0 })
        #expect(try hours(of: 3).reduce(0) { $0 + $1.sums.readings } == 1300)
    }

    @Test func `what is undone leaves neither readings nor roll-ups`() throws {
        try database.transactionEnding { tx in
            .rollback(try Readings.keep([self.reading(1, self.now)], in: tx))
        }
        #expect(try hours(of: 1).isEmpty)
        #expect(try ReadingsStore.newest(of: 1, database) == nil)
    }

    @Test func `nobody has a newest reading who has none`() throws {
        #expect(try ReadingsStore.newest(of: 404, database) == nil)
        #expect(try EnergyStore.newest(of: 404, database) == nil)
    }

    @Test(arguments: 1...4)
    func `roll-ups of every length are those of a plain model`(seed: UInt64) throws {
        var random = SeededRandom(seed)
        var model = Model()
        for _ in 0..<25 {
            let batch = (0..<Int.random(in: 1...90, using: &random)).map { _ in
                self.anyReading(&random)
            }
            #expect(try keep(batch) == batch.map { model.take($0) })
        }
        for device in Int64(1)...3 {
            for length in RollUpLength.allCases {
                let found = try RollUpsStore.rollUps(
                    of: device,
                    length,
                    from: now.adding(seconds: -9 * 86_400),
                    to: now.adding(seconds: 86_400),
                    database
                )
                let expected = model.rollUps(of: device, length)
                #expect(found.map(\.startsAt) == expected.map(\.startsAt))
                for (one, other) in zip(found, expected) {
                    #expect(one.sums.isNear(other.sums), "device \(device), \(length)")
                }
            }
        }
    }

    @Test func `energy is added up by what becomes of it`() throws {
        let start = RollUpLength.day.start(of: now)
        let readings = (0..<40).map { energyReading(Int64($0), after: start) }
        let kept = try database.transaction { tx in
            try Readings.keep(readings + readings.prefix(3), in: tx)
        }
        #expect(kept == Array(repeating: true, count: 40) + [false, false, false])
        let days = try EnergyRollUpsStore.rollUps(
            of: [5],
            [.generation],
            .day,
            from: start,
            to: start.adding(seconds: 86_400),
            database
        )
        #expect(days.map(\.sums.readings) == [30])
        #expect(days.map(\.sums.energyWh) == [600])
        #expect(days.map(\.sums.powerWMin) == [1])
        #expect(try EnergyStore.newest(of: 5, database) == readings.last)
    }

    @Test func `a chart begins with the time in which its start lies, and adds devices up`() throws
    {
        let start = try #require(Instant(date: "2026-03-01"))
        _ = try keep([
            reading(1, start.adding(seconds: 10), 2), reading(2, start.adding(seconds: 20), 6),
            reading(1, start.adding(seconds: 700), 5),
        ])
        let chart = try TemperatureHistory.read(
            of: [1, 2],
            from: start.adding(seconds: 30),
            to: start.adding(seconds: 3600),
            database
        )
        #expect(chart.length == .fiveMinutes)
        #expect(chart.points.map(\.at) == [start, start.adding(seconds: 600)])
        #expect(chart.points.map(\.sums.mean) == [4, 5])
        #expect(chart.whole?.readings == 3)
        #expect(chart.whole?.max == 6)
    }

    @Test func `a chart of nothing has no statistics`() throws {
        let chart = try TemperatureHistory.read(
            of: [1],
            from: now.adding(seconds: -60),
            to: now,
            database
        )
        #expect(chart.points.isEmpty)
        #expect(chart.whole == nil)
    }

    private func energyReading(_ number: Int64, after start: Instant) -> EnergyReading {
        EnergyReading(
            deviceNumber: 5,
            recordedAt: start.adding(seconds: number * 60),
            kind: number % 4 == 0 ? .consumption : .generation,
            powerW: Double(number),
            energyWh: number
        )
    }

    private func hours(of device: Int64) throws -> [(startsAt: Instant, sums: TemperatureSums)] {
        try RollUpsStore.rollUps(
            of: device,
            .hour,
            from: now.adding(seconds: -86_400),
            to: now.adding(seconds: 86_400),
            database
        )
    }

    /// Few moments, so that many are met twice.
    private func anyReading(_ random: inout SeededRandom) -> Reading {
        var reading = reading(
            Int64.random(in: 1...3, using: &random),
            now.adding(seconds: -Int64.random(in: 0...2000, using: &random) * 240),
            Double(Int.random(in: -300...300, using: &random)) / 8
        )
        if Bool.random(using: &random) { reading.humidity = 50 }
        if Bool.random(using: &random) { reading.batteryLevel = 80 }
        return reading
    }
}

/// Every reading in a list, and the sums made anew.
private struct Model {
    private var readings: [Reading] = []

    mutating func take(_ reading: Reading) -> Bool {
        let isKnown = readings.contains {
            $0.deviceNumber == reading.deviceNumber && $0.recordedAt == reading.recordedAt
        }
        if !isKnown { readings.append(reading) }
        return !isKnown
    }

    func rollUps(
        of device: Int64,
        _ length: RollUpLength
    ) -> [(startsAt: Instant, sums: TemperatureSums)] {
        let own = readings.filter { $0.deviceNumber == device }
        let times = Dictionary(grouping: own) { length.start(of: $0.recordedAt) }
        return times.sorted { $0.key < $1.key }.map { startsAt, readings in
            let temperatures = readings.map(\.temperature)
            var sums = TemperatureSums(
                readings: Int64(readings.count),
                min: temperatures.min() ?? 0,
                max: temperatures.max() ?? 0,
                sum: temperatures.reduce(0, +),
                squares: temperatures.reduce(0) { $0 + $1 * $1 }
            )
            let humidities = readings.compactMap(\.humidity)
            sums.humidityReadings = Int64(humidities.count)
            sums.humiditySum = humidities.reduce(0, +)
            let levels = readings.compactMap(\.batteryLevel)
            sums.batteryReadings = Int64(levels.count)
            sums.batterySum = levels.reduce(0, +)
            return (startsAt, sums)
        }
    }
}

/// The same walk for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
