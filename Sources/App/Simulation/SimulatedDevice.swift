import Base
import Glibc
import House

/// A device that is made up: what it measures at a moment is the same whenever it is asked.
struct SimulatedDevice: Equatable {
    private static let dayMs: Int64 = 86_400_000
    /// Where the demo's people live it is five and a half hours later than in Greenwich.
    private static let zoneMs: Int64 = 19_800_000

    let number: Int
    let kind: DeviceKind
    let serial: String
    let key: String

    /// Where it publishes.
    var topic: String {
        "entrepot/devices/\(serial)/\(kind == .coldcell ? "readings" : "telemetry")"
    }

    /// A reading as devices of its kind send it, of so many seconds since the last.
    func reading(at now: Instant, seconds: Double) -> JSONObject {
        switch kind {
        case .coldcell: coldCellReading(at: now)
        case .solar: energyReading("generation", generation(at: now), at: now, seconds)
        case .meter: energyReading("consumption", consumption(at: now), at: now, seconds)
        }
    }

    private func energyReading(
        _ type: String,
        _ powerW: Double,
        at now: Instant,
        _ seconds: Double
    ) -> JSONObject {
        let voltage = 230 + 4 * wave(now, lengthMs: 40 * 60_000)
        return [
            "type": .string(type), "powerW": .number(rounded(powerW)),
            "energyWh": .integer(whole(powerW * seconds / 3600, at: now)),
            "voltage": .number(rounded(voltage)), "current": .number(rounded(powerW / voltage)),
            "recordedAt": .string(now.rfc3339),
        ]
    }
}

/// Cold cells: a compressor that comes and goes, doors that stand open, now and then a failure.
extension SimulatedDevice {
    private static let cycleMs: Int64 = 20 * 60_000
    private static let runsPartOfCycle = 0.35
    private static let swing = 1.2
    /// A door is opened, or not, for a while of this length.
    private static let doorMs: Int64 = 3 * 60_000
    private static let doorsOneIn: UInt64 = 60
    /// A cell fails, or not, for a while of this length.
    private static let failureMs: Int64 = 45 * 60_000
    private static let failuresOneIn: UInt64 = 200

    private func coldCellReading(at now: Instant) -> JSONObject {
        [
            "temperature": .number(rounded(temperature(at: now))),
            "humidity": .number(rounded(80 - 6 * cooling(at: now) + (isDoorOpen(at: now) ? 6 : 0))),
            "powerStatus": .bool(!hasFailed(at: now)),
            "doorStatus": .bool(isDoorOpen(at: now)),
            "batteryLevel": .integer(Int64(100 - number % 30)),
            "recordedAt": .string(now.rfc3339),
        ]
    }

    /// Between 2 and 8 degrees on usual days.
    func temperature(at now: Instant) -> Double {
        let day = 0.5 * wave(now, lengthMs: SimulatedDevice.dayMs)
        var temperature = 4.6 + Double(number % 7) * 0.1 + day
        temperature += SimulatedDevice.swing * (0.5 - cooling(at: now))
        if isDoorOpen(at: now) { temperature += 1.2 }
        if hasFailed(at: now) { temperature += 9 * part(of: SimulatedDevice.failureMs, at: now) }
        return temperature
    }

    func isDoorOpen(at now: Instant) -> Bool {
        chance(now, SimulatedDevice.doorMs) % SimulatedDevice.doorsOneIn == 0
    }

    func hasFailed(at now: Instant) -> Bool {
        chance(now, SimulatedDevice.failureMs) % SimulatedDevice.failuresOneIn == 0
    }

    /// From 0, as warm as it gets, to 1: fast while the compressor runs, and slowly back.
    private func cooling(at now: Instant) -> Double {
        let place = part(of: SimulatedDevice.cycleMs, at: now)
        let runs = SimulatedDevice.runsPartOfCycle
        return place < runs ? place / runs : (1 - place) / (1 - runs)
    }
}

/// Solar panels and meters: day and night, clouds, and what people switch on.
extension SimulatedDevice {
    private static let cloudMs: Int64 = 8 * 60_000
    private static let kettleMs: Int64 = 5 * 60_000
    private static let kettlesOneIn: UInt64 = 20

    /// Nothing by night.
    func generation(at now: Instant) -> Double {
        let peakW = 3000 + Double(number % 5) * 500
        let sun = max(0, sin(.pi * (hour(at: now) - 6) / 12))
        let clouds = Double(chance(now, SimulatedDevice.cloudMs) % 100) / 100
        return peakW * sun * (clouds < 0.7 ? 1 : 1.35 - clouds)
    }

    /// Most in the morning and in the evening.
    func consumption(at now: Instant) -> Double {
        let hour = hour(at: now)
        let base = 180 + Double(number % 6) * 25
        let fridge = 90 * max(0, wave(now, lengthMs: 30 * 60_000))
        let people = 700 * peak(hour, at: 7.5, width: 1) + 1400 * peak(hour, at: 20, width: 1.6)
        let isKettleOn =
            hour > 6 && chance(now, SimulatedDevice.kettleMs) % SimulatedDevice.kettlesOneIn == 0
        return base + fridge + people + (isKettleOn ? 1800 : 0)
    }

    private func hour(at now: Instant) -> Double {
        let local = now.adding(milliseconds: SimulatedDevice.zoneMs)
        return Double(local.milliseconds % SimulatedDevice.dayMs) / 3_600_000
    }

    private func peak(_ hour: Double, at middle: Double, width: Double) -> Double {
        exp(-(hour - middle) * (hour - middle) / (2 * width * width))
    }
}

extension SimulatedDevice {
    private func wave(_ now: Instant, lengthMs: Int64) -> Double {
        sin(2 * .pi * (Double(now.milliseconds) / Double(lengthMs) + Double(number) * 0.37))
    }

    /// How far it is within a while of this length, each device at another place.
    private func part(of lengthMs: Int64, at now: Instant) -> Double {
        Double((now.milliseconds + Int64(number) * 7919) % lengthMs) / Double(lengthMs)
    }

    /// The same within each while, and for each device another (SplitMix64).
    private func chance(_ now: Instant, _ lengthMs: Int64) -> UInt64 {
        let place = (now.milliseconds + Int64(number) * 7919) / lengthMs
        var mixed = UInt64(bitPattern: place &* 1_000_003 &+ Int64(number)) &+ UInt64(lengthMs)
        mixed = mixed &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Up or down by chance, so that small parts add up.
    private func whole(_ value: Double, at now: Instant) -> Int64 {
        let part = value - value.rounded(.down)
        let isUp = Double(chance(now, 1) % 1000) / 1000 < part
        return Int64(value.rounded(.down)) + (isUp ? 1 : 0)
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
