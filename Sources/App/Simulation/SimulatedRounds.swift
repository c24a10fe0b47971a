import Base

/// When each of some devices has something to say, and what.
struct SimulatedRounds {
    private static let lateMsMax: UInt64 = 1000

    private let devices: [SimulatedDevice]
    private let roundMs: Double
    private var dueAtMs: [UInt64]
    private var spokeAt: [Instant]

    /// Spread over the first round, as devices are that were switched on at any time.
    init(_ devices: [SimulatedDevice], ratePerSecond: Double, startMs: UInt64) {
        let roundMs = 1000 / ratePerSecond
        self.devices = devices
        self.roundMs = roundMs
        dueAtMs = devices.indices.map {
            startMs + UInt64(roundMs * Double($0) / Double(devices.count))
        }
        spokeAt = devices.map { _ in .earliest }
    }

    /// Nothing before it is due.
    mutating func reading(of index: Int, nowMs: UInt64) -> JSONObject? {
        guard nowMs >= dueAtMs[index] else { return nil }
        dueAtMs[index] += UInt64(roundMs)
        // Who was away for long does not make up for it.
        if dueAtMs[index] + Self.lateMsMax < nowMs { dueAtMs[index] = nowMs }
        // Two readings of one moment would be one.
        let moment = max(Clock.system.now, spokeAt[index].adding(milliseconds: 1))
        spokeAt[index] = moment
        return devices[index].reading(at: moment, seconds: roundMs / 1000)
    }
}
