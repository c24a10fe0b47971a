import Base
import Testing

@testable import AlertEngine

/// Random readings, late and doubled, against a model that sees each type by itself and knows
/// nothing of how the decision is made.
@Suite struct WatchWalkTests {
    private static let walks = 300
    private static let readingsEach = 120
    private static let device = JudgedDevice(number: 7, id: "dev_7", temperatures: 2...8)

    /// One type of alert as a table of words would have it.
    private struct Plain {
        var isOpen = false
        var told: [String] = []

        mutating func meet(isBad: Bool, isWell: Bool) {
            if isOpen, isWell {
                isOpen = false
                told.append("resolved")
            } else if isBad {
                told.append(isOpen ? "repeated" : "raised")
                isOpen = true
            }
        }
    }

    @Test(arguments: 0..<3) func `the decision is the plain model's`(seed: UInt64) {
        var random = Steps(state: seed)
        for _ in 0..<Self.walks {
            let readings = Self.readings(&random)
            #expect(Self.decided(readings) == Self.modelled(readings), "seed \(seed)")
        }
    }

    private static func decided(_ readings: [JudgedReading]) -> [AlertType: [String]] {
        var watch = Watch()
        var told: [AlertType: [String]] = [:]
        for reading in readings {
            for decision in watch.see(reading, of: device, by: AlertRules()) {
                let word =
                    switch decision.step {
                    case .raised: "raised"
                    case .repeated: "repeated"
                    case .resolved: "resolved"
                    }
                told[decision.type, default: []].append(word)
            }
        }
        return told
    }

    private static func modelled(_ readings: [JudgedReading]) -> [AlertType: [String]] {
        var plain: [AlertType: Plain] = [:]
        var newest = Instant.earliest
        var opened: Instant?
        for reading in readings where reading.recordedAt > newest {
            newest = reading.recordedAt
            if let degrees = reading.temperature {
                plain[.highTemperature, default: Plain()]
                    .meet(isBad: degrees > 8, isWell: degrees <= 7.5)
                plain[.lowTemperature, default: Plain()]
                    .meet(isBad: degrees < 2, isWell: degrees >= 2.5)
            }
            if let power = reading.hasPower {
                plain[.powerLoss, default: Plain()].meet(isBad: !power, isWell: power)
            }
            if let percent = reading.batteryPercent {
                plain[.lowBattery, default: Plain()].meet(
                    isBad: percent < 15,
                    isWell: percent >= 20
                )
            }
            if let isOpen = reading.isDoorOpen {
                opened = isOpen ? opened ?? reading.recordedAt : nil
                let since = opened.map { newest.milliseconds - $0.milliseconds } ?? 0
                plain[.doorOpen, default: Plain()].meet(isBad: since >= 300_000, isWell: !isOpen)
            }
        }
        return plain.mapValues(\.told).filter { !$0.value.isEmpty }
    }

    private static func readings(_ random: inout Steps) -> [JudgedReading] {
        var seconds: Int64 = 1_772_368_496
        return (0..<readingsEach).map { _ in
            // Some go back, some are the same moment again.
            seconds += Int64.random(in: -40...90, using: &random)
            func sometimes<Value>(_ value: Value) -> Value? {
                Bool.random(using: &random) ? value : nil
            }
            return JudgedReading(
                deviceNumber: device.number,
                recordedAt: Instant(milliseconds: seconds * 1000),
                temperature: sometimes(Double(Int.random(in: 2...18, using: &random)) / 2),
                hasPower: sometimes(Int.random(in: 0...3, using: &random) > 0),
                isDoorOpen: sometimes(Int.random(in: 0...4, using: &random) > 0),
                batteryPercent: sometimes(Double.random(in: 5...30, using: &random))
            )
        }
    }

    /// The same steps for the same seed.
    private struct Steps: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
