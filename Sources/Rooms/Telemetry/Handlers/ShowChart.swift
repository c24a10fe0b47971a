import Base
import Devices
import HTTP
import House
import Readings

/// `GET readings/coldcells/:id/readings`: the temperatures of a cold cell over a time.
enum ShowChart {
    static func handle(_ call: Call) throws -> Response {
        let database = call.worker.database
        let id = try call.id("id", prefix: ColdCell.idPrefix)
        guard let cell = try ColdCellsStore.find(id, database),
            try call.fleetScope(database).covers(cell.organisationID)
        else { throw Problem.notFound }
        let query = try call.query(ChartQuery.self)
        let (from, to) = query.time(at: call.worker.clock.now)
        let numbers = try DevicesStore.numbers(
            inColdCell: cell.id,
            limit: TemperatureHistory.devicesMax,
            database
        )
        let chart = try TemperatureHistory.read(of: numbers, from: from, to: to, database)
        return .json(ChartReply(range: query.rangeShown, chart: chart))
    }
}

struct ChartQuery: Input {
    private let range: TemperatureHistory.Range?
    private let from: Instant?
    private let to: Instant?

    init(_ fields: inout Fields) {
        range = fields.value("range", .choice(TemperatureHistory.Range.self), isRequired: false)
        from = fields.optionalInstant("from")
        to = fields.optionalInstant("to")
        if range != nil, from != nil || to != nil {
            fields.refuse("range", "not_allowed", "goes without from and to")
        }
        if let from, let to, from >= to {
            fields.refuse("to", "too_early", "must be later than from")
        }
        if let from, let to,
            to.milliseconds - from.milliseconds > TemperatureHistory.daysMax * 86_400_000
        {
            fields.refuse(
                "from",
                "too_early",
                "must be at most \(TemperatureHistory.daysMax) days before to"
            )
        }
        if to != nil, from == nil { fields.refuse("from", "required", "is required beside to") }
    }

    /// What the caller named, or a day.
    var rangeShown: TemperatureHistory.Range? { from == nil ? range ?? .day : nil }

    func time(at now: Instant) -> (from: Instant, to: Instant) {
        guard let from else {
            let seconds = (range ?? .day).seconds
            return (now.adding(seconds: -seconds), now)
        }
        return (max(from, now.adding(seconds: -TemperatureHistory.daysMax * 86_400)), to ?? now)
    }
}

/// Temperatures over a time, point by point, and what they come to.
struct ChartReply: Reply {
    let range: TemperatureHistory.Range?
    let chart: TemperatureHistory

    func write(to reply: inout ReplyWriter) {
        reply.put("range", range?.rawValue)
        reply.put("bucketSeconds", chart.length.seconds)
        reply.put("from", chart.from)
        reply.put("to", chart.to)
        reply.put("points", chart.points.map(ChartPointReply.init))
        reply.put("statistics", ChartStatistics(sums: chart.whole))
    }

    static var sample: ChartReply {
        let at = Instant(milliseconds: 1_772_368_200_000)
        var sums = TemperatureSums(readings: 5, min: 3.5, max: 4.5, sum: 20, squares: 80.5)
        sums.humidityReadings = 5
        sums.humiditySum = 275
        sums.batteryReadings = 5
        sums.batterySum = 435
        return ChartReply(
            range: .day,
            chart: TemperatureHistory(
                length: .fiveMinutes,
                from: at.adding(seconds: -86_400),
                to: at,
                points: [.init(at: at, sums: sums)]
            )
        )
    }
}

/// The readings of one time.
private struct ChartPointReply: Reply {
    let point: TemperatureHistory.Point

    func write(to reply: inout ReplyWriter) {
        reply.put("at", point.at)
        reply.put("min", point.sums.min)
        reply.put("max", point.sums.max)
        reply.put("avg", point.sums.mean.thousandths)
        reply.put("count", point.sums.readings)
        reply.put("humidity", point.sums.humidity?.thousandths)
        reply.put("batteryLevel", point.sums.batteryLevel?.thousandths)
    }

    static var sample: ChartPointReply { ChartPointReply(point: ChartReply.sample.chart.points[0]) }
}

/// What all readings of a chart come to; nothing where there was none.
private struct ChartStatistics: Reply {
    let sums: TemperatureSums?

    func write(to reply: inout ReplyWriter) {
        reply.put("min", sums?.min)
        reply.put("max", sums?.max)
        reply.put("avg", sums?.mean.thousandths)
        reply.put("count", sums?.readings ?? 0)
    }

    static var sample: ChartStatistics {
        ChartStatistics(sums: ChartReply.sample.chart.whole)
    }
}

extension Double {
    /// What lies behind is only what adding up has left there.
    var thousandths: Double { (self * 1000).rounded() / 1000 }
}
