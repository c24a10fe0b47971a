import AlertEngine
import Base
import Database
import Devices
import Glibc
import House
import Readings

/// What the demo's devices measured: yesterday's readings and today's, and a month of roll-ups.
enum DemoReadings {
    private static let stepSeconds: Int64 = 300
    /// Before the last day there are roll-ups alone, and the finest is of half an hour.
    private static let coarseStepSeconds: Int64 = 1800
    private static let days: Int64 = 30
    /// Of the first cell, some hours ago: a door that was left open.
    private static let excursionAgoSeconds: Int64 = 6 * 3600
    private static let excursionSeconds: Int64 = 45 * 60
    private static let cells = [
        "CC-0001": 5.0, "CC-0002": -21.5, "CC-0003": 1.0, "CC-0004": 3.0,
    ]
    private static let excursionOf = "CC-0001"
    private static let instruments: [String: EnergyReading.Kind] = [
        "SOL-0001": .generation, "SOL-0002": .generation, "MTR-0001": .consumption,
        "MTR-0002": .consumption,
    ]

    /// Nothing where a device has measured something already.
    static func seed(_ seeding: Seeding, _ tx: Transaction) throws {
        let serialNumbers = (Array(cells.keys) + Array(instruments.keys)).sorted()
        let devices = try DevicesStore.calling(serialNumbers: serialNumbers, tx)
        for device in devices.sorted(by: { $0.number < $1.number }) {
            if let usual = cells[device.serialNumber],
                try ReadingsStore.newest(of: device.number, tx) == nil
            {
                try add(device, around: usual, seeding, tx)
            } else if let kind = instruments[device.serialNumber],
                try EnergyStore.newest(of: device.number, tx) == nil
            {
                try add(device, kind, seeding, tx)
            }
        }
    }

    private static func add(
        _ device: CallingDevice,
        around usual: Double,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws {
        let (older, day) = moments(before: seeding.now)
        let past = older.map { reading(of: device, at: $0, around: usual, warmer: 0) }
        try RollUpsStore.add(RollUp.adding(up: past), tx)
        let isWarm = device.serialNumber == excursionOf
        let readings = day.map { moment in
            let warmer = isWarm ? excursion(at: moment, seeding.now) : 0
            return reading(of: device, at: moment, around: usual, warmer: warmer)
        }
        var count = 0
        let terms = AlertTerms(
            AlertRules(),
            escalationSeconds: 3600,
            now: seeding.now,
            source: "demo",
            makeID: { prefix in
                count += 1
                return seeding.id(prefix, "\(device.serialNumber) \(count)")
            }
        )
        let watch = AlertWatch([device.number: device], terms)
        let alerts = try watch.judge(
            readings.map(\.judged),
            in: tx,
            newest: { try ReadingsStore.lockNewest(of: $0, in: tx) },
            keeping: { _ = try Readings.keep(readings, in: tx) }
        )
        try NoticesStore.drop(about: alerts.map(\.id), in: tx)
        try noteLastSeen(device, at: day.last, tx)
    }

    private static func add(
        _ device: CallingDevice,
        _ kind: EnergyReading.Kind,
        _ seeding: Seeding,
        _ tx: Transaction
    ) throws {
        let (older, day) = moments(before: seeding.now)
        let past = older.map { reading(of: device, kind, at: $0, seconds: coarseStepSeconds) }
        try EnergyRollUpsStore.add(RollUp.adding(up: past), tx)
        let readings = day.map { reading(of: device, kind, at: $0, seconds: stepSeconds) }
        _ = try Readings.keep(readings, in: tx)
        try noteLastSeen(device, at: day.last, tx)
    }

    /// It is offline until somebody plays it, and no alert is raised of its silence.
    private static func noteLastSeen(
        _ device: CallingDevice,
        at moment: Instant?,
        _ tx: Transaction
    ) throws {
        guard let moment else { return }
        try DevicesStore.noteLastSeen(device.number, at: moment, tx)
    }

    /// Multiples of their steps, so that a reading is the same whenever the data is made.
    private static func moments(before now: Instant) -> (older: [Instant], day: [Instant]) {
        func multiples(of seconds: Int64, from start: Instant, to end: Instant) -> [Instant] {
            let stepMs = seconds * 1000
            let first = (start.milliseconds + stepMs - 1) / stepMs
            return (first..<max(first, (end.milliseconds + stepMs - 1) / stepMs)).map {
                Instant(milliseconds: $0 * stepMs)
            }
        }
        // A day that has readings has all of them, so that its roll-ups are what they come to.
        let yesterday = RollUpLength.day.start(of: now.adding(seconds: -86_400))
        let start = now.adding(seconds: -days * 86_400)
        return (
            multiples(of: coarseStepSeconds, from: start, to: yesterday),
            multiples(of: stepSeconds, from: yesterday, to: now)
        )
    }

    private static func reading(
        of device: CallingDevice,
        at moment: Instant,
        around usual: Double,
        warmer: Double
    ) -> Reading {
        // The compressor's cycle, the warmth of the day, and a little that nobody can explain.
        let cycle = sine(moment, seconds: 5400) * 0.5 + sine(moment, seconds: 86_400) * 0.4
        let humidity = 60 + sine(moment, seconds: 21_600) * 6 + noise(device, moment) * 4
        let temperature = usual + cycle + noise(device, moment) * 0.3 + warmer
        let battery = 96 - Double(moment.milliseconds / 86_400_000 % 40) / 4
        return Reading(
            deviceNumber: device.number,
            recordedAt: moment,
            temperature: temperature.tenths,
            humidity: humidity.tenths,
            batteryLevel: battery.tenths,
            hasPower: true,
            isDoorOpen: warmer > 0
        )
    }

    private static func excursion(at moment: Instant, _ now: Instant) -> Double {
        let seconds = (moment.milliseconds - now.milliseconds) / 1000 + excursionAgoSeconds
        guard (0...excursionSeconds).contains(seconds) else { return 0 }
        return 7 * sin(Double.pi * Double(seconds) / Double(excursionSeconds))
    }

    private static func reading(
        of device: CallingDevice,
        _ kind: EnergyReading.Kind,
        at moment: Instant,
        seconds: Int64
    ) -> EnergyReading {
        let powerW: Double
        switch kind {
        case .generation:
            // The sun of India stands highest at half past six, UTC.
            let height = sine(moment.adding(seconds: -1800), seconds: 86_400)
            powerW = max(0, height) * 4800 * (0.9 + noise(device, moment) * 0.1)
        case .consumption:
            let evening = max(0, sine(moment.adding(seconds: -28_800), seconds: 86_400))
            powerW = 300 + evening * 1500 + (noise(device, moment) + 1) * 150
        }
        let rounded = powerW.rounded()
        return EnergyReading(
            deviceNumber: device.number,
            recordedAt: moment,
            kind: kind,
            powerW: rounded,
            energyWh: Int64((rounded * Double(seconds) / 3600).rounded()),
            voltage: 230
        )
    }

    private static func sine(_ moment: Instant, seconds: Int64) -> Double {
        let place = Double(moment.milliseconds / 1000 % seconds) / Double(seconds)
        return sin(2 * Double.pi * place)
    }

    /// Between -1 and 1, the same for the same device and moment.
    private static func noise(_ device: CallingDevice, _ moment: Instant) -> Double {
        var word = UInt64(bitPattern: moment.milliseconds / 1000)
        for byte in device.serialNumber.utf8 { word = (word ^ UInt64(byte)) &* 0x100_0000_01B3 }
        word ^= word >> 31
        word = word &* 0x94D0_49BB_1331_11EB
        return Double(word >> 11) / Double(UInt64(1) << 52) - 1
    }
}

extension Double {
    fileprivate var tenths: Double { (self * 10).rounded() / 10 }
}
