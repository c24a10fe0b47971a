import Base
import Database
import HTTP
import House
import Readings

/// Which part of somebody's energy is wanted.
struct EnergyQuery: Input {
    enum Interval: String, CaseIterable, Sendable {
        case raw
        case fiveMinutes = "5m"
        case hour
        case day

        /// Nothing for the readings themselves.
        var length: RollUpLength? {
            switch self {
            case .raw: nil
            case .fiveMinutes: .fiveMinutes
            case .hour: .hour
            case .day: .day
            }
        }

        /// Such that no answer has very many points.
        var daysMax: Int64 {
            switch self {
            case .raw: 7
            case .fiveMinutes: 31
            case .hour: 366
            case .day: TemperatureHistory.daysMax
            }
        }
    }

    /// The newest of raw readings; of a time there is one point for each of its parts.
    static let pointsMax = 10_000
    private static let daysUsual: Int64 = 1

    private let from: Instant?
    private let to: Instant?
    private let interval: Interval
    private let kind: EnergyReading.Kind?
    let deviceID: String?

    init(_ fields: inout Fields) {
        from = fields.optionalInstant("from")
        to = fields.optionalInstant("to")
        interval =
            fields.value("interval", .choice(Interval.self), isRequired: false) ?? .fiveMinutes
        kind = fields.value("type", .choice(EnergyReading.Kind.self), isRequired: false)
        deviceID = fields.optionalText("deviceId", 1...40)
        guard let from, let to else { return }
        if from >= to { fields.refuse("to", "too_early", "must be later than from") }
        if to.milliseconds - from.milliseconds > interval.daysMax * 86_400_000 {
            fields.refuse(
                "from",
                "too_early",
                "must be at most \(interval.daysMax) days before to"
            )
        }
    }

    func history(
        of deviceNumbers: [Int64],
        at now: Instant,
        _ queries: some Queries
    ) throws -> EnergyHistoryReply {
        let to = to ?? now
        let earliest = to.adding(seconds: -interval.daysMax * 86_400)
        let from = max(from ?? to.adding(seconds: -Self.daysUsual * 86_400), earliest)
        guard !deviceNumbers.isEmpty else {
            return EnergyHistoryReply(interval: interval, points: [])
        }
        let points: [EnergyPoint]
        if let length = interval.length {
            points = try rolledUp(deviceNumbers, length, from, to, queries)
        } else {
            points = try raw(deviceNumbers, from, to, queries)
        }
        return EnergyHistoryReply(interval: interval, points: points)
    }

    private func rolledUp(
        _ deviceNumbers: [Int64],
        _ length: RollUpLength,
        _ from: Instant,
        _ to: Instant,
        _ queries: some Queries
    ) throws -> [EnergyPoint] {
        let found = try EnergyRollUpsStore.rollUps(
            of: deviceNumbers,
            kind.map { [$0] } ?? EnergyReading.Kind.allCases,
            length,
            from: length.start(of: from),
            to: to,
            queries
        )
        var points: [EnergyPoint] = []
        for (startsAt, sums) in found {
            if points.last?.at == startsAt {
                points[points.count - 1].sums.add(sums)
            } else {
                points.append(EnergyPoint(at: startsAt, sums: sums))
            }
        }
        return points
    }

    private func raw(
        _ deviceNumbers: [Int64],
        _ from: Instant,
        _ to: Instant,
        _ queries: some Queries
    ) throws -> [EnergyPoint] {
        let readings = try EnergyStore.readings(
            of: deviceNumbers,
            from: from,
            to: to,
            limit: Self.pointsMax,
            queries
        )
        return readings.reversed().filter { kind == nil || $0.kind == kind }.map {
            EnergyPoint(at: $0.recordedAt, sums: EnergySums($0))
        }
    }
}

/// The readings of one time, of all devices together.
struct EnergyPoint: Reply {
    let at: Instant
    var sums: EnergySums

    func write(to reply: inout ReplyWriter) {
        reply.put("at", at)
        reply.put("powerW", PowerReply(sums: sums))
        reply.put("energyWh", sums.energyWh)
        reply.put("count", sums.readings)
    }

    static var sample: EnergyPoint {
        EnergyPoint(
            at: Instant(milliseconds: 1_772_368_200_000),
            sums: EnergySums(
                readings: 5,
                powerWMin: 3100,
                powerWMax: 3300,
                powerWSum: 16_000,
                powerWSquares: 51_220_000,
                energyWh: 266
            )
        )
    }
}

/// The least, the greatest and the mean of single readings.
private struct PowerReply: Reply {
    let sums: EnergySums

    func write(to reply: inout ReplyWriter) {
        reply.put("min", sums.powerWMin)
        reply.put("max", sums.powerWMax)
        reply.put("avg", sums.meanPowerW.thousandths)
    }

    static var sample: PowerReply { PowerReply(sums: EnergyPoint.sample.sums) }
}

/// Energy over a time, point by point, and all of it.
struct EnergyHistoryReply: Reply {
    /// What all points come to.
    private struct Totals: Reply {
        let energyWh: Int64

        func write(to reply: inout ReplyWriter) {
            reply.put("energyWh", energyWh)
        }

        static var sample: Totals { Totals(energyWh: 266) }
    }

    let interval: EnergyQuery.Interval
    let points: [EnergyPoint]

    func write(to reply: inout ReplyWriter) {
        reply.put("interval", interval)
        reply.put("points", points)
        reply.put("totals", Totals(energyWh: points.reduce(0) { $0 + $1.sums.energyWh }))
    }

    static var sample: EnergyHistoryReply {
        EnergyHistoryReply(interval: .fiveMinutes, points: [.sample])
    }
}
