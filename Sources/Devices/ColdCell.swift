package import Base

/// A room that is kept cold, and within which temperatures.
package struct ColdCell: Sendable, Equatable {
    package static let idPrefix = "cel"
    package static let offlineAfterSecondsUsual: Int64 = 900
    package static let offlineAfterSecondsRange: ClosedRange<Int64> = 5...604_800
    package static let temperatureRange = -100.0...150.0
    /// A silence that is forgotten does not hide a spoilt cell for longer.
    package static let silenceSecondsMax: Int64 = 30 * 86_400

    package let id: String
    package var locationID: String
    /// Its location's.
    package let organisationID: String
    package var name: String
    package var minTemperature: Double
    package var maxTemperature: Double
    package var offlineAfterSeconds: Int64
    /// No alert is raised before it is over: somebody works there.
    package var silencedUntil: Instant?
    package var silenceReason: String?
    package var version: Int64
    package let createdAt: Instant

    package init(
        id: String,
        locationID: String,
        organisationID: String,
        name: String,
        minTemperature: Double,
        maxTemperature: Double,
        offlineAfterSeconds: Int64 = ColdCell.offlineAfterSecondsUsual,
        silencedUntil: Instant? = nil,
        silenceReason: String? = nil,
        version: Int64 = 1,
        createdAt: Instant
    ) {
        self.id = id
        self.locationID = locationID
        self.organisationID = organisationID
        self.name = name
        self.minTemperature = minTemperature
        self.maxTemperature = maxTemperature
        self.offlineAfterSeconds = offlineAfterSeconds
        self.silencedUntil = silencedUntil
        self.silenceReason = silenceReason
        self.version = version
        self.createdAt = createdAt
    }

    package func isSilenced(at moment: Instant) -> Bool {
        silencedUntil.map { moment < $0 } ?? false
    }
}
