import Base

/// Round places on an axis.
struct ChartTicks: Equatable {
    let low: Double
    let high: Double
    let values: [Double]
    let decimals: Int

    /// Steps of 1, 2, 2.5 or 5 times a power of ten, so that `low` and `high` are ticks themselves.
    ///
    /// What is counted has no steps below one.
    static func round(
        from least: Double,
        to most: Double,
        about count: Int = 4,
        isCount: Bool = false
    ) -> ChartTicks {
        var (least, most) = (least, most)
        if least == most {
            // One value alone stands in the middle, at nought on the ground.
            let margin = least == 0 ? 1 : least.magnitude / 2
            (least, most) = (least == 0 ? 0 : least - margin, most + margin)
        }
        let rough = (most - least) / Double(max(count, 1))
        var (power, decimals) = (1.0, 0)
        while power * 10 <= rough { power *= 10 }
        while power > rough {
            power /= 10
            decimals += 1
        }
        let factors = isCount && power < 10 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]
        let factor = factors.first { $0 * power >= rough * 0.999 } ?? 10
        let step = isCount ? max(1, factor * power) : factor * power
        if factor == 2.5 { decimals += 1 }
        if factor == 10, decimals > 0 { decimals -= 1 }
        let (first, last) = (
            (least / step + 1e-9).rounded(.down), (most / step - 1e-9).rounded(.up)
        )
        let isHuge = power >= 10
        return ChartTicks(
            low: first * step,
            high: last * step,
            values: stride(from: first, through: last, by: 1).map { $0 * step },
            decimals: isHuge || isCount ? 0 : decimals
        )
    }
}

/// Round moments along the bottom, by the clocks of the reader.
struct ChartMoments {
    private static let minuteMs: Int64 = 60_000
    private static let dayMs: Int64 = 86_400_000
    private static let steps: [Int64] =
        [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map { $0 * minuteMs }
        + [1, 2, 7, 14].map { $0 * dayMs }
    private static let monthSteps = [1, 2, 3, 6, 12, 24, 60, 120]
    private static let monthMs = 30 * dayMs

    let ticks: [(at: Instant, text: String)]

    init(from first: Instant, to last: Instant, zone: TimeZone, countMax: Int = 6) {
        let span = last.milliseconds - first.milliseconds
        let room = Int64(max(countMax, 1))
        if let step = Self.steps.first(where: { span / $0 < room }) {
            ticks = Self.even(from: first, to: last, step: step, zone)
        } else {
            let step = Self.monthSteps.first { span / (Int64($0) * Self.monthMs) < room } ?? 600
            ticks = Self.monthly(from: first, to: last, step: step, zone)
        }
    }

    private static func even(
        from first: Instant,
        to last: Instant,
        step: Int64,
        _ zone: TimeZone
    ) -> [(at: Instant, text: String)] {
        // Counted on the clocks of the zone, so that noon is noon before and after they change.
        let offset = Int64(zone.period(at: first).offsetSeconds) * 1000
        let local = first.milliseconds + offset
        var ticks: [(at: Instant, text: String)] = []
        var next = (local + step - 1) / step * step
        while true {
            let at = zone.instant(of: Instant(milliseconds: next).civil)
            guard at <= last else { return ticks }
            let civil = zone.civil(of: at)
            let isMidnight = civil.hour == 0 && civil.minute == 0
            ticks.append((at, isMidnight ? TimeText.day(civil) : TimeText.clock(civil)))
            next += step
        }
    }

    private static func monthly(
        from first: Instant,
        to last: Instant,
        step: Int,
        _ zone: TimeZone
    ) -> [(at: Instant, text: String)] {
        let start = zone.civil(of: first)
        var month = (start.year * 12 + start.month - 1) / step * step
        var ticks: [(at: Instant, text: String)] = []
        while true {
            let civil = Civil(year: month / 12, month: month % 12 + 1, day: 1)
            let at = zone.instant(of: civil)
            guard at <= last else { return ticks }
            if at >= first { ticks.append((at, TimeText.month(civil))) }
            month += step
        }
    }
}
