package import Base

/// What a cold cell's device measured at a moment.
package struct Reading: Sendable, Equatable {
    package var deviceNumber: Int64
    package var recordedAt: Instant
    package var temperature: Double
    package var humidity: Double?
    package var batteryLevel: Double?
    package var hasPower: Bool?
    package var isDoorOpen: Bool?

    package init(
        deviceNumber: Int64,
        recordedAt: Instant,
        temperature: Double,
        humidity: Double? = nil,
        batteryLevel: Double? = nil,
        hasPower: Bool? = nil,
        isDoorOpen: Bool? = nil
    ) {
        self.deviceNumber = deviceNumber
        self.recordedAt = recordedAt
        self.temperature = temperature
        self.humidity = humidity
        self.batteryLevel = batteryLevel
        self.hasPower = hasPower
        self.isDoorOpen = isDoorOpen
    }
}

/// What a solar plant or a meter measured at a moment, and the energy since the one before.
package struct EnergyReading: Sendable, Equatable {
    /// Which way the energy goes.
    package enum Kind: String, Sendable, CaseIterable {
        case generation, consumption
    }

    package var deviceNumber: Int64
    package var recordedAt: Instant
    package var kind: Kind
    package var powerW: Double
    package var energyWh: Int64
    package var voltage: Double?
    package var currentA: Double?
    package var temperature: Double?

    package init(
        deviceNumber: Int64,
        recordedAt: Instant,
        kind: Kind,
        powerW: Double,
        energyWh: Int64,
        voltage: Double? = nil,
        currentA: Double? = nil,
        temperature: Double? = nil
    ) {
        self.deviceNumber = deviceNumber
        self.recordedAt = recordedAt
        self.kind = kind
        self.powerW = powerW
        self.energyWh = energyWh
        self.voltage = voltage
        self.currentA = currentA
        self.temperature = temperature
    }
}

/// A reading of either sort: a device has one at a moment, and a repeat of it is a duplicate.
package protocol Measured: Sendable {
    associatedtype Sums: RollUpSums where Sums.Reading == Self
    var deviceNumber: Int64 { get }
    var recordedAt: Instant { get set }
    /// Readings are rolled up with those of the same device that measure the same.
    var series: String { get }
}

extension Reading: Measured {
    package typealias Sums = TemperatureSums
    package var series: String { "" }
}

extension EnergyReading: Measured {
    package typealias Sums = EnergySums
    package var series: String { kind.rawValue }
}
