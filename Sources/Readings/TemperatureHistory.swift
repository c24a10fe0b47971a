package import Base
package import Database

/// The temperatures of a cold cell over a time, drawn from roll-ups whatever the history is.
package struct TemperatureHistory: Sendable {
    /// What is asked for by its name.
    package enum Range: String, Sendable, CaseIterable {
        case day = "24h"
        case week = "7d"
        case month = "30d"

        package var seconds: Int64 {
            switch self {
            case .day: 86_400
            case .week: 7 * 86_400
            case .month: 30 * 86_400
            }
        }
    }

    /// The readings of one time.
    package struct Point: Sendable, Equatable {
        package let at: Instant
        package let sums: TemperatureSums

        package init(at: Instant, sums: TemperatureSums) {
            self.at = at
            self.sums = sums
        }
    }

    /// Of a cold cell, the newest; more are not looked through.
    package static let devicesMax = 50
    /// Longer than readings are usually kept.
    package static let daysMax: Int64 = 3660

    package let length: RollUpLength
    package let from: Instant
    package let to: Instant
    package let points: [Point]

    package init(length: RollUpLength, from: Instant, to: Instant, points: [Point]) {
        self.length = length
        self.from = from
        self.to = to
        self.points = points
    }

    /// What all readings together come to.
    package var whole: TemperatureSums? {
        guard var whole = points.first?.sums else { return nil }
        for point in points.dropFirst() { whole.add(point.sums) }
        return whole
    }

    /// Such that a chart has a few hundred points.
    package static func length(forSeconds seconds: Int64) -> RollUpLength {
        switch seconds {
        case ...(2 * 86_400): .fiveMinutes
        case ...(14 * 86_400): .halfHour
        case ...(92 * 86_400): .twoHours
        default: .day
        }
    }

    /// Of all devices of a cell together; the first point begins where its time begins.
    package static func read(
        of deviceNumbers: [Int64],
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws -> TemperatureHistory {
        let length = length(forSeconds: (end.milliseconds - start.milliseconds) / 1000)
        let from = length.start(of: start)
        var sums: [Instant: TemperatureSums] = [:]
        var order: [Instant] = []
        for number in deviceNumbers {
            let found = try RollUpsStore.rollUps(of: number, length, from: from, to: end, queries)
            for (startsAt, more) in found {
                if sums[startsAt]?.add(more) == nil {
                    sums[startsAt] = more
                    order.append(startsAt)
                }
            }
        }
        let points = order.sorted().compactMap { at in sums[at].map { Point(at: at, sums: $0) } }
        return TemperatureHistory(length: length, from: from, to: end, points: points)
    }
}
