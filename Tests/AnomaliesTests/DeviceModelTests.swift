import Base
import Testing

@testable import Anomalies

/// What a model says of devices whose past is made up: two weeks of readings, and then another.
@Suite struct DeviceModelTests {
    private static let stepSeconds: Int64 = 300
    private static let midnight = Instant(milliseconds: 1_772_323_200_000)

    /// Something that tells a value each five minutes, the same for the same seed.
    enum Source: CaseIterable {
        case cell, panel, meter

        var quantity: Unusual.Quantity {
            switch self {
            case .cell: .temperature
            case .panel: .generation
            case .meter: .consumption
            }
        }

        func value(at seconds: Int64, _ random: inout SeededRandom) -> Double {
            let hour = Double(seconds % 86_400) / 3600
            func noise(_ size: Double) -> Double { Double.random(in: -size...size, using: &random) }
            switch self {
            case .cell:
                let cycle = (seconds % 5400 < 2700) ? 0.5 : -0.5
                return -18 + cycle + 0.4 * wave(hour) + noise(0.2)
            case .panel:
                let height = wave(hour)
                return height <= 0 ? 0 : (4800 * height * (1 + noise(0.1))).rounded()
            case .meter: return (400 + 1200 * max(0, wave(hour - 8)) + noise(100)).rounded()
            }
        }

        /// Nought at six and eighteen, the highest at noon.
        private func wave(_ hour: Double) -> Double {
            let share = (hour - 6) / 12
            return 1 - 4 * (share - 0.5) * (share - 0.5)
        }
    }

    private static func hours(_ source: Source, _ random: inout SeededRandom) -> [Instant:
        HourSummary]
    {
        var hours: [Instant: HourSummary] = [:]
        for hour in Int64(-14 * 24)..<0 {
            let values = (0..<12).map { source.value(at: shifted(hour * 3600 + $0 * 300), &random) }
            hours[midnight.adding(seconds: hour * 3600)] = HourSummary(
                mean: values.reduce(0, +) / 12,
                min: values.min() ?? 0,
                max: values.max() ?? 0
            )
        }
        return hours
    }

    /// A time of day that is not below nought.
    private static func shifted(_ seconds: Int64) -> Int64 { seconds + 30 * 86_400 }

    private static func model(_ source: Source) throws -> DeviceModel {
        var random = SeededRandom(7)
        let model = DeviceModel(of: hours(source, &random), until: midnight, seed: 1)
        return try #require(model)
    }

    /// The verdicts of readings from midnight on; `change` may replace what is told.
    private static func verdicts(
        _ source: Source,
        hours: Int64,
        seed: UInt64,
        change: (Int64, Double) -> Double = { $1 }
    ) throws -> [DeviceModel.Verdict] {
        let model = try model(source)
        var random = SeededRandom(seed)
        var recent = Recent()
        return (0..<(hours * 12)).map { step in
            let seconds = step * stepSeconds
            let value = change(seconds, source.value(at: shifted(seconds), &random))
            let moment = midnight.adding(seconds: seconds)
            Self.expect(recent.see(value, at: moment))
            return model.judge(value, of: source.quantity, at: moment, recent)
        }
    }

    /// What changes its value cannot stand within a macro.
    private static func expect(_ isSeen: Bool, isNew: Bool = true) {
        #expect(isSeen == isNew)
    }

    @Test(arguments: Source.allCases)
    func `a usual week is hardly ever unusual, and mostly usual`(source: Source) throws {
        var (unusual, count, usual): ([String], Int, Int) = ([], 0, 0)
        for seed in UInt64(90)..<94 {
            let verdicts = try Self.verdicts(source, hours: 7 * 24, seed: seed)
            unusual += verdicts.compactMap(\.explanation)
            count += verdicts.count
            usual += verdicts.count { $0 == .usual }
        }
        #expect(unusual.count * 200 <= count, "\(unusual.count) of \(count): \(Set(unusual))")
        #expect(usual * 10 >= count * 8, "\(usual) of \(count)")
    }

    @Test func `a panel that gives nothing at noon has dropped, and nothing at night is usual`()
        throws
    {
        let broken = try Self.verdicts(.panel, hours: 14, seed: 3) { $0 >= 12 * 3600 ? 0 : $1 }
        #expect(broken[12 * 12 - 1].explanation == nil)
        #expect(broken[12 * 12].explanation?.hasPrefix("Generation dropped: ") == true)
        #expect(broken.prefix(5 * 12).allSatisfy { $0.explanation == nil })
    }

    @Test func `a meter that runs wild jumps, and is usual again when it is over`() throws {
        let wild = try Self.verdicts(.meter, hours: 5, seed: 4) { seconds, value in
            (3 * 3600..<3 * 3600 + 600).contains(seconds) ? 9000 : value
        }
        #expect(wild[3 * 12].explanation?.hasPrefix("Consumption jumped: ") == true)
        #expect(wild[3 * 12 - 1] == .usual)
    }

    @Test func `a sensor that hangs is found after an hour, and well with the first other value`()
        throws
    {
        let verdicts = try Self.verdicts(.cell, hours: 5, seed: 5) { seconds, value in
            (2 * 3600..<4 * 3600).contains(seconds) ? -18.2 : value
        }
        let stuck = verdicts.indices.filter {
            verdicts[$0].explanation?.hasPrefix("The sensor is stuck") == true
        }
        #expect(stuck.first == 3 * 12)
        #expect(stuck.last == 4 * 12 - 1)
    }

    @Test func `what only the hour as a whole can tell is told by the forest`() throws {
        let verdicts = try Self.verdicts(.cell, hours: 8, seed: 6) { seconds, value in
            seconds < 5 * 3600 ? value : value + (seconds % 600 == 0 ? 0.7 : -0.7)
        }
        let told = verdicts.suffix(24).compactMap(\.explanation)
        #expect(told.contains { $0.contains("it varies unusually much (score 0.") }, "\(told)")
        let early = verdicts.prefix(6 * 12).compactMap(\.explanation)
        #expect(!early.contains { $0.hasPrefix("Unlike") }, "the hour is not over")
    }

    @Test func `what was still for long before is not stuck`() throws {
        let still = Dictionary(
            uniqueKeysWithValues: (1...Int64(14 * 24)).map { hour in
                let value = hour % 24 < 12 ? 5.0 : 5.5
                return (
                    Self.midnight.adding(seconds: -hour * 3600),
                    HourSummary(mean: value, min: value, max: value)
                )
            }
        )
        let model = try #require(DeviceModel(of: still, until: Self.midnight, seed: 1))
        var recent = Recent()
        for step in Int64(0)..<24 {
            Self.expect(recent.see(5.5, at: Self.midnight.adding(seconds: step * 300)))
        }
        let moment = Self.midnight.adding(seconds: 23 * 300)
        #expect(model.judge(5.5, of: .temperature, at: moment, recent).explanation == nil)
    }

    @Test func `of three days there is a habit and no forest, of two nothing`() throws {
        var random = SeededRandom(7)
        let hours = Self.hours(.cell, &random)
        func model(days: Int64) -> DeviceModel? {
            let start = Self.midnight.adding(seconds: -days * 86_400)
            return DeviceModel(
                of: hours.filter { $0.key >= start },
                until: Self.midnight,
                seed: 1
            )
        }
        #expect(model(days: 2) == nil)
        let young = try #require(model(days: 3))
        let moment = Self.midnight.adding(seconds: 600)
        var recent = Recent()
        Self.expect(recent.see(-3, at: moment))
        let verdict = young.judge(-3, of: .temperature, at: moment, recent)
        #expect(verdict.explanation?.hasPrefix("Much warmer than usual") == true)
        #expect(young.judge(-18, of: .temperature, at: moment, recent) == .usual)
    }

    @Test(arguments: Source.allCases)
    func `a model is read as it was written`(source: Source) throws {
        let model = try Self.model(source)
        let bytes = model.bytes
        let read = try #require(DeviceModel(bytes))
        let isSame = read.bytes == bytes
        #expect(isSame)
        #expect(bytes.count < 50_000, "\(bytes.count) bytes")
        for count in [0, 1, 100, 193, 195, bytes.count - 1] {
            #expect(DeviceModel(Array(bytes.prefix(count))) == nil)
        }
        // Without a forest it ends with its habits.
        #expect(DeviceModel(Array(bytes.prefix(194)))?.forest == nil)
    }

    @Test func `what is not newer is not seen, and slots are as readings are`() {
        var seen = Recent()
        var random = SeededRandom(11)
        var slots: [Recent.Slot] = []
        for step in Int64(0)..<30 {
            let values = (0..<5).map { _ in Double.random(in: 0...1, using: &random) }
            let startsAt = Self.midnight.adding(seconds: step * 300)
            for (place, value) in values.enumerated() {
                Self.expect(seen.see(value, at: startsAt.adding(seconds: Int64(place * 60))))
            }
            slots.append(
                Recent.Slot(
                    startsAt: startsAt,
                    readings: 5,
                    sum: values.reduce(0, +),
                    min: values.min() ?? 0,
                    max: values.max() ?? 0
                )
            )
        }
        Self.expect(seen.see(5, at: Self.midnight.adding(seconds: 29 * 300)), isNew: false)
        let end = Self.midnight.adding(seconds: 2 * 3600)
        let one = seen.hours(before: end)
        let other = Recent(slots).hours(before: end)
        #expect(one?.last == other?.last)
        #expect(one?.last.min == slots[12..<24].map(\.min).min())
        #expect(one?.previous == other?.previous)
        #expect(one?.previous.max == slots[..<12].map(\.max).max())
        #expect(seen.hours(before: end.adding(seconds: 3600)) == nil, "an hour of few readings")
    }
}

extension DeviceModel.Verdict {
    fileprivate var explanation: String? {
        guard case .unusual(let unusual) = self else { return nil }
        return unusual.explanation
    }
}
