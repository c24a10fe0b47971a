import Base
import Glibc

/// A device that is made up: what it measures at a moment is the same whenever it is asked.
struct SimulatedDevice: Equatable {
    private static let dayMs = 86_400_000.0
    private static let coolingMs = 20 * 60_000.0
    /// A door is opened, or not, for a while of this length.
    private static let doorMs: Int64 = 3 * 60_000
    private static let doorsOneIn: UInt64 = 60
    /// A cell fails, or not, for a while of this length.
    private static let failureMs: Int64 = 45 * 60_000
    private static let failuresOneIn: UInt64 = 200

    let number: Int
    let serial: String
    let key: String

    /// A reading as devices send it.
    func reading(at now: Instant) -> [UInt8] {
        JSON.object([
            "temperature": .number(rounded(temperature(at: now))),
            "humidity": .number(rounded(80 + 8 * wave(now, SimulatedDevice.coolingMs))),
            "powerStatus": .bool(!hasFailed(at: now)),
            "doorStatus": .bool(isDoorOpen(at: now)),
            "batteryLevel": .integer(Int64(100 - number % 30)),
            "recordedAt": .string(now.rfc3339),
        ]).bytes
    }

    /// Between 2 and 8 degrees on usual days.
    func temperature(at now: Instant) -> Double {
        let day = 0.8 * wave(now, SimulatedDevice.dayMs)
        let cooling = 0.6 * wave(now, SimulatedDevice.coolingMs)
        var temperature = 4.6 + Double(number % 7) * 0.1 + day + cooling
        if isDoorOpen(at: now) { temperature += 1.2 }
        if hasFailed(at: now) {
            let since = Double(now.milliseconds % SimulatedDevice.failureMs)
            temperature += 9 * since / Double(SimulatedDevice.failureMs)
        }
        return temperature
    }

    func isDoorOpen(at now: Instant) -> Bool {
        chance(now, SimulatedDevice.doorMs) % SimulatedDevice.doorsOneIn == 0
    }

    func hasFailed(at now: Instant) -> Bool {
        chance(now, SimulatedDevice.failureMs) % SimulatedDevice.failuresOneIn == 0
    }

    private func wave(_ now: Instant, _ lengthMs: Double) -> Double {
        sin(2 * .pi * (Double(now.milliseconds) / lengthMs + Double(number) * 0.37))
    }

    /// The same within each while, and for each device another (SplitMix64).
    private func chance(_ now: Instant, _ lengthMs: Int64) -> UInt64 {
        let place = UInt64(bitPattern: now.milliseconds / lengthMs &* 1_000_003 &+ Int64(number))
        var mixed = (place &+ UInt64(lengthMs)) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
