import Base
import Testing

@testable import AlertEngine

@Suite struct WatchTests {
    private static let start = Instant(milliseconds: 1_772_368_496_000)
    private static let device = JudgedDevice(
        number: 1,
        id: "dev_1",
        temperatures: -20 ... -15
    )
    private let rules = AlertRules()

    private func reading(
        _ seconds: Int64,
        _ temperature: Double? = nil,
        power: Bool? = nil,
        door: Bool? = nil,
        battery: Double? = nil,
        likeness: JudgedReading.Likeness = .unknown
    ) -> JudgedReading {
        JudgedReading(
            deviceNumber: 1,
            recordedAt: Self.start.adding(seconds: seconds),
            temperature: temperature,
            hasPower: power,
            isDoorOpen: door,
            batteryPercent: battery,
            likeness: likeness
        )
    }

    /// What came of each reading, as words: `HIGH_TEMP raised warning`.
    private func words(
        _ readings: [JudgedReading],
        of device: JudgedDevice = Self.device,
        from watch: Watch = Watch()
    ) -> [[String]] {
        var watch = watch
        return readings.map { reading in
            watch.see(reading, of: device, by: rules).map { decision in
                switch decision.step {
                case .raised(let finding): "\(decision.type.rawValue) raised \(finding.severity)"
                case .repeated(let finding):
                    "\(decision.type.rawValue) repeated \(finding.severity)"
                case .resolved: "\(decision.type.rawValue) resolved"
                }
            }
        }
    }

    @Test func `what is too warm is raised, repeated and over only well within its bound`() {
        let readings = [-15, -14.9, -15, -15.4, -14, -15.5, -15.4].enumerated().map {
            reading(Int64($0.offset), $0.element)
        }
        #expect(
            words(readings) == [
                [], ["HIGH_TEMP raised warning"], [], [], ["HIGH_TEMP repeated warning"],
                ["HIGH_TEMP resolved"], [],
            ]
        )
    }

    @Test func `what is too cold is the same the other way round`() {
        let readings = [-20, -20.1, -19.6, -19.5].enumerated().map {
            reading(Int64($0.offset), $0.element)
        }
        #expect(words(readings) == [[], ["LOW_TEMP raised warning"], [], ["LOW_TEMP resolved"]])
    }

    @Test func `more than five degrees beyond are critical, and stay so until it is over`() {
        #expect(
            words([reading(0, -10), reading(1, -9.9), reading(2, -14), reading(3, -16)]) == [
                ["HIGH_TEMP raised warning"], ["HIGH_TEMP repeated critical"],
                ["HIGH_TEMP repeated critical"], ["HIGH_TEMP resolved"],
            ]
        )
    }

    @Test func `half an hour is critical`() {
        #expect(
            words([reading(0, -14), reading(1799, -14), reading(1800, -14)]) == [
                ["HIGH_TEMP raised warning"], ["HIGH_TEMP repeated warning"],
                ["HIGH_TEMP repeated critical"],
            ]
        )
    }

    @Test func `in a narrow cell what was too warm is well in the middle`() {
        var narrow = Self.device
        narrow.temperatures = 4...4.4
        #expect(
            words([reading(0, 4.5), reading(1, 4.3), reading(2, 4.2)], of: narrow) == [
                ["HIGH_TEMP raised warning"], [], ["HIGH_TEMP resolved"],
            ]
        )
    }

    @Test func `an old reading means nothing, nor does the same one twice`() {
        let late = [reading(10, -18), reading(5, -10), reading(10, -10), reading(11, -10)]
        #expect(words(late) == [[], [], [], ["HIGH_TEMP raised warning"]])
        let over = [reading(10, -10), reading(9, -18), reading(10, -18)]
        #expect(words(over) == [["HIGH_TEMP raised warning"], [], []])
    }

    @Test func `a door may stand open for a while`() {
        let readings = [(0, true), (299, true), (300, true), (400, true), (401, false)].map {
            reading($0.0, door: $0.1)
        }
        #expect(
            words(readings) == [
                [], [], ["DOOR_OPEN raised warning"], ["DOOR_OPEN repeated warning"],
                ["DOOR_OPEN resolved"],
            ]
        )
        let closed = [(0, true), (200, false), (210, true), (400, true)].map {
            reading($0.0, door: $0.1)
        }
        #expect(words(closed) == [[], [], [], []])
    }

    @Test func `power and battery`() {
        #expect(
            words([reading(0, power: false), reading(1), reading(2, power: true)]) == [
                ["POWER_LOSS raised warning"], [], ["POWER_LOSS resolved"],
            ]
        )
        let levels = [15, 14.9, 15, 19.9, 20].enumerated().map {
            reading(Int64($0.offset), battery: $0.element)
        }
        #expect(
            words(levels) == [[], ["LOW_BATTERY raised warning"], [], [], ["LOW_BATTERY resolved"]]
        )
    }

    @Test func `whatever a silent device says, it is silent no more`() {
        let watch = Watch(
            seenAt: Self.start,
            opened: [.sensorError: .init(since: Self.start, severity: .warning)]
        )
        #expect(words([reading(0), reading(1)], from: watch) == [[], ["SENSOR_ERROR resolved"]])
    }

    @Test func `what is unusual is an anomaly until it is usual, not while nobody can tell`() {
        let unusual = JudgedReading.Likeness.unusual(value: 1, threshold: 4, explanation: "low")
        let readings = [
            reading(0, likeness: unusual), reading(1), reading(2, likeness: unusual),
            reading(3, likeness: .usual),
        ]
        #expect(
            words(readings) == [
                ["ANOMALY raised warning"], [], ["ANOMALY repeated warning"], ["ANOMALY resolved"],
            ]
        )
    }

    @Test func `while somebody works there nothing is raised, what is open goes on and ends`() {
        var silenced = Self.device
        silenced.silencedUntil = Self.start.adding(seconds: 100)
        #expect(
            words([reading(99, -10), reading(100, -10)], of: silenced) == [
                [], ["HIGH_TEMP raised warning"],
            ]
        )
        let watch = Watch(
            seenAt: Self.start,
            opened: [.highTemperature: .init(since: Self.start, severity: .warning)]
        )
        #expect(
            words([reading(1, -12), reading(2, -18)], of: silenced, from: watch) == [
                ["HIGH_TEMP repeated warning"], ["HIGH_TEMP resolved"],
            ]
        )
    }

    @Test func `a device is watched from the first reading on that could come to something`() {
        func isWorth(_ reading: JudgedReading, _ device: JudgedDevice = Self.device) -> Bool {
            Symptom.isWorthWatching(reading, device, by: rules)
        }
        let well = reading(0, -18, power: true, door: false, battery: 15, likeness: .usual)
        #expect(!isWorth(well))
        for bad in [
            reading(0, -14.9), reading(0, -20.1), reading(0, power: false), reading(0, door: true),
            reading(0, battery: 14.9),
            reading(0, likeness: .unusual(value: 1, threshold: 1, explanation: "")),
        ] {
            #expect(isWorth(bad))
            var silenced = Self.device
            silenced.silencedUntil = Self.start.adding(seconds: 1)
            #expect(!isWorth(bad, silenced))
        }
        #expect(!isWorth(reading(0, 40), JudgedDevice(number: 1, id: "dev_1")))
    }
}
