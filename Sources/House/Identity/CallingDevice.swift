package import Base

/// What a device measures.
package enum DeviceKind: String, Sendable, CaseIterable {
    case coldcell, solar, meter
}

/// A device that calls, as its row was when its request had come.
package struct CallingDevice: Sendable, Equatable {
    /// What is asked of a cold cell with each reading.
    package struct Cell: Sendable, Equatable {
        package let id: String
        package let temperatures: ClosedRange<Double>
        package let silencedUntil: Instant?
        package let offlineAfterSeconds: Int64

        package init(
            id: String,
            temperatures: ClosedRange<Double>,
            silencedUntil: Instant?,
            offlineAfterSeconds: Int64
        ) {
            self.id = id
            self.temperatures = temperatures
            self.silencedUntil = silencedUntil
            self.offlineAfterSeconds = offlineAfterSeconds
        }
    }

    package let id: String
    /// Short, for the millions of rows that name it.
    package let number: Int64
    package let serialNumber: String
    package let kind: DeviceKind
    package let organisationID: String?
    /// Where it stands, if it stands in one.
    package let cell: Cell?
    package let ownerID: String?
    package var firmwareVersion: String?
    /// As of its row, which is written now and then.
    package var lastSeenAt: Instant?
    package var isOnline: Bool
    /// When its model was made; nothing without one.
    package let trainedAt: Instant?

    package init(
        id: String,
        number: Int64,
        serialNumber: String,
        kind: DeviceKind,
        organisationID: String?,
        cell: Cell?,
        ownerID: String?,
        firmwareVersion: String?,
        lastSeenAt: Instant?,
        isOnline: Bool,
        trainedAt: Instant? = nil
    ) {
        self.id = id
        self.number = number
        self.serialNumber = serialNumber
        self.kind = kind
        self.organisationID = organisationID
        self.cell = cell
        self.ownerID = ownerID
        self.firmwareVersion = firmwareVersion
        self.lastSeenAt = lastSeenAt
        self.isOnline = isOnline
        self.trainedAt = trainedAt
    }

    package var coldCellID: String? { cell?.id }
}
