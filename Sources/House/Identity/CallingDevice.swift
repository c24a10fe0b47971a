package import Base

/// What a device measures.
package enum DeviceKind: String, Sendable, CaseIterable {
    case coldcell, solar, meter
}

/// A device that calls, as its row was when its request had come.
package struct CallingDevice: Sendable, Equatable {
    package let id: String
    /// Short, for the millions of rows that name it.
    package let number: Int64
    package let serialNumber: String
    package let kind: DeviceKind
    package let organisationID: String?
    package let coldCellID: String?
    package let ownerID: String?
    package let firmwareVersion: String?
    /// As of its row, which is written now and then.
    package let lastSeenAt: Instant?
    package let isOnline: Bool

    package init(
        id: String,
        number: Int64,
        serialNumber: String,
        kind: DeviceKind,
        organisationID: String?,
        coldCellID: String?,
        ownerID: String?,
        firmwareVersion: String?,
        lastSeenAt: Instant?,
        isOnline: Bool
    ) {
        self.id = id
        self.number = number
        self.serialNumber = serialNumber
        self.kind = kind
        self.organisationID = organisationID
        self.coldCellID = coldCellID
        self.ownerID = ownerID
        self.firmwareVersion = firmwareVersion
        self.lastSeenAt = lastSeenAt
        self.isOnline = isOnline
    }
}
