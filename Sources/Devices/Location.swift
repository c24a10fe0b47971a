package import Base

/// Where cold cells stand.
package struct Location: Sendable, Equatable {
    package static let idPrefix = "loc"

    package let id: String
    package let organisationID: String
    package var name: String
    package var address: String?
    package var latitude: Double?
    package var longitude: Double?
    package var version: Int64
    package let createdAt: Instant

    package init(
        id: String,
        organisationID: String,
        name: String,
        address: String? = nil,
        latitude: Double? = nil,
        longitude: Double? = nil,
        version: Int64 = 1,
        createdAt: Instant
    ) {
        self.id = id
        self.organisationID = organisationID
        self.name = name
        self.address = address
        self.latitude = latitude
        self.longitude = longitude
        self.version = version
        self.createdAt = createdAt
    }
}
