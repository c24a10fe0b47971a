package import Base

/// For how long readings are rolled up in one row.
package enum RollUpLength: Int64, Sendable, CaseIterable {
    case fiveMinutes = 300
    case halfHour = 1800
    case hour = 3600
    case twoHours = 7200
    case day = 86_400

    /// Those that have rows; the others are added up from them when they are read.
    package static let kept: [RollUpLength] = [.fiveMinutes, .hour]

    package var seconds: Int64 { rawValue }

    /// The length of the rows from which this one is read.
    var kept: RollUpLength {
        switch self {
        case .fiveMinutes, .halfHour: .fiveMinutes
        case .hour, .twoHours, .day: .hour
        }
    }

    /// In UTC, as days are.
    package func start(of moment: Instant) -> Instant {
        let lengthMs = rawValue * 1000
        let rest = moment.milliseconds % lengthMs
        return Instant(milliseconds: moment.milliseconds - (rest < 0 ? rest + lengthMs : rest))
    }

    /// Rows of the kept length, in the order of time, as rows of this one.
    func adding<Sums: RollUpSums>(up rows: [RolledUp<Sums>]) -> [RolledUp<Sums>] {
        var found: [RolledUp<Sums>] = []
        for row in rows {
            let startsAt = start(of: row.startsAt)
            if found.last?.startsAt == startsAt {
                found[found.count - 1].sums.add(row.sums)
            } else {
                found.append((startsAt, row.sums))
            }
        }
        return found
    }
}

/// What the readings of one time come to.
package typealias RolledUp<Sums: RollUpSums> = (startsAt: Instant, sums: Sums)

/// What is left of readings once they are added up: it does not matter in which order they come.
package protocol RollUpSums: Sendable, Equatable {
    associatedtype Reading
    var readings: Int64 { get }
    init(_ reading: Reading)
    mutating func add(_ more: Self)
    /// Nothing that would change what it is added to.
    var neutral: Self { get }
    /// The same but for the order in which fractions were added.
    func isNear(_ other: Self) -> Bool
}

/// The temperatures of some readings, and what else is drawn beside them.
package struct TemperatureSums: RollUpSums {
    package var readings: Int64
    package var min: Double
    package var max: Double
    package var sum: Double
    /// The sum of the squares: with it, how far the readings lie from their mean.
    package var squares: Double
    package var humidityReadings: Int64 = 0
    package var humiditySum = 0.0
    package var batteryReadings: Int64 = 0
    package var batterySum = 0.0

    package init(_ reading: Reading) {
        readings = 1
        min = reading.temperature
        max = reading.temperature
        sum = reading.temperature
        squares = reading.temperature * reading.temperature
        if let humidity = reading.humidity {
            humidityReadings = 1
            humiditySum = humidity
        }
        if let level = reading.batteryLevel {
            batteryReadings = 1
            batterySum = level
        }
    }

    package init(readings: Int64, min: Double, max: Double, sum: Double, squares: Double) {
        self.readings = readings
        self.min = min
        self.max = max
        self.sum = sum
        self.squares = squares
    }

    package mutating func add(_ more: TemperatureSums) {
        readings += more.readings
        min = Swift.min(min, more.min)
        max = Swift.max(max, more.max)
        sum += more.sum
        squares += more.squares
        humidityReadings += more.humidityReadings
        humiditySum += more.humiditySum
        batteryReadings += more.batteryReadings
        batterySum += more.batterySum
    }

    package var neutral: TemperatureSums {
        TemperatureSums(readings: 0, min: min, max: max, sum: 0, squares: 0)
    }

    package func isNear(_ other: TemperatureSums) -> Bool {
        readings == other.readings && min == other.min && max == other.max
            && sum.isNear(other.sum) && squares.isNear(other.squares)
            && humidityReadings == other.humidityReadings
            && humiditySum.isNear(other.humiditySum)
            && batteryReadings == other.batteryReadings && batterySum.isNear(other.batterySum)
    }

    package var mean: Double { sum / Double(readings) }
    package var humidity: Double? { mean(humiditySum, of: humidityReadings) }
    package var batteryLevel: Double? { mean(batterySum, of: batteryReadings) }

    private func mean(_ sum: Double, of count: Int64) -> Double? {
        count > 0 ? sum / Double(count) : nil
    }
}

/// The power of some readings, and their energy.
package struct EnergySums: RollUpSums {
    package var readings: Int64
    package var powerWMin: Double
    package var powerWMax: Double
    package var powerWSum: Double
    package var powerWSquares: Double
    package var energyWh: Int64

    package init(_ reading: EnergyReading) {
        readings = 1
        powerWMin = reading.powerW
        powerWMax = reading.powerW
        powerWSum = reading.powerW
        powerWSquares = reading.powerW * reading.powerW
        energyWh = reading.energyWh
    }

    package init(
        readings: Int64,
        powerWMin: Double,
        powerWMax: Double,
        powerWSum: Double,
        powerWSquares: Double,
        energyWh: Int64
    ) {
        self.readings = readings
        self.powerWMin = powerWMin
        self.powerWMax = powerWMax
        self.powerWSum = powerWSum
        self.powerWSquares = powerWSquares
        self.energyWh = energyWh
    }

    package mutating func add(_ more: EnergySums) {
        readings += more.readings
        powerWMin = min(powerWMin, more.powerWMin)
        powerWMax = max(powerWMax, more.powerWMax)
        powerWSum += more.powerWSum
        powerWSquares += more.powerWSquares
        energyWh += more.energyWh
    }

    package var neutral: EnergySums {
        EnergySums(
            readings: 0,
            powerWMin: powerWMin,
            powerWMax: powerWMax,
            powerWSum: 0,
            powerWSquares: 0,
            energyWh: 0
        )
    }

    package func isNear(_ other: EnergySums) -> Bool {
        readings == other.readings && powerWMin == other.powerWMin
            && powerWMax == other.powerWMax && powerWSum.isNear(other.powerWSum)
            && powerWSquares.isNear(other.powerWSquares) && energyWh == other.energyWh
    }

    package var meanPowerW: Double { powerWSum / Double(readings) }
}

extension Double {
    private static var errorShareMax: Double { 1e-6 }

    /// Of sums, whose last digits depend on their order.
    fileprivate func isNear(_ other: Double) -> Bool {
        (self - other).magnitude <= Double.errorShareMax * Swift.max(1, magnitude)
    }
}

/// The readings of one series in one time.
package struct RollUp<Sums: RollUpSums>: Sendable, Equatable {
    package let deviceNumber: Int64
    package let series: String
    package let length: RollUpLength
    package let startsAt: Instant
    package var sums: Sums

    package init(
        deviceNumber: Int64,
        series: String,
        length: RollUpLength,
        startsAt: Instant,
        sums: Sums
    ) {
        self.deviceNumber = deviceNumber
        self.series = series
        self.length = length
        self.startsAt = startsAt
        self.sums = sums
    }

    /// In the order of their key, which is the order in which everybody locks them.
    package static func adding<Reading: Measured>(
        up readings: [Reading]
    ) -> [RollUp<Sums>] where Reading.Sums == Sums {
        let sorted = readings.sorted { one, other in
            (one.deviceNumber, one.series, one.recordedAt)
                < (other.deviceNumber, other.series, other.recordedAt)
        }
        var rollUps: [RollUp<Sums>] = []
        var rest = sorted[...]
        while let first = rest.first {
            let series = rest.prefix {
                $0.deviceNumber == first.deviceNumber && $0.series == first.series
            }
            for length in RollUpLength.kept { append(series, length, to: &rollUps) }
            rest = rest.dropFirst(series.count)
        }
        return rollUps
    }

    private static func append<Reading: Measured>(
        _ series: ArraySlice<Reading>,
        _ length: RollUpLength,
        to rollUps: inout [RollUp<Sums>]
    ) where Reading.Sums == Sums {
        var isFirst = true
        for reading in series {
            let startsAt = length.start(of: reading.recordedAt)
            let sums = Sums(reading)
            if !isFirst, rollUps[rollUps.count - 1].startsAt == startsAt {
                rollUps[rollUps.count - 1].sums.add(sums)
                continue
            }
            isFirst = false
            rollUps.append(
                RollUp(
                    deviceNumber: reading.deviceNumber,
                    series: reading.series,
                    length: length,
                    startsAt: startsAt,
                    sums: sums
                )
            )
        }
    }
}
