package import Base
package import House

/// Something that measures, and who answers for it.
package struct Device: Sendable, Equatable {
    /// Whether it is heard of.
    package enum Status: String, Sendable, CaseIterable {
        case online = "ONLINE"
        case offline = "OFFLINE"
        /// Never heard of.
        case pending = "PENDING"

        init(isOnline: Bool, wasHeard: Bool) {
            self = isOnline ? .online : wasHeard ? .offline : .pending
        }
    }

    package static let idPrefix = "dev"
    package static let serialNumberLengthMax = 64
    package static let firmwareVersionLengthMax = 64

    package let id: String
    /// Given by the database as it is registered.
    package var number: Int64
    package let serialNumber: String
    package let kind: DeviceKind
    /// Its cold cell's, else its owner's; one without either is in stock.
    package var organisationID: String?
    package var coldCellID: String?
    package var ownerID: String?
    package var firmwareVersion: String?
    package var lastSeenAt: Instant?
    package var isOnline: Bool
    package var version: Int64
    package let createdAt: Instant

    package init(
        id: String,
        number: Int64 = 0,
        serialNumber: String,
        kind: DeviceKind,
        organisationID: String? = nil,
        coldCellID: String? = nil,
        ownerID: String? = nil,
        firmwareVersion: String? = nil,
        lastSeenAt: Instant? = nil,
        isOnline: Bool = false,
        version: Int64 = 1,
        createdAt: Instant
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
        self.version = version
        self.createdAt = createdAt
    }

    package var status: Status {
        Status(isOnline: isOnline, wasHeard: lastSeenAt != nil)
    }

    /// It stands in a path and in the topics of the broker, so that it is short of letters.
    package static func isSerialNumber(_ text: String) -> Bool {
        (1...serialNumberLengthMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
