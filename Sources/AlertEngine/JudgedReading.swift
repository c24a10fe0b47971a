package import Base

/// What a reading says, as far as it can be wrong.
package struct JudgedReading: Sendable, Equatable {
    package var deviceNumber: Int64
    package var recordedAt: Instant
    package var temperature: Double?
    package var hasPower: Bool?
    package var isDoorOpen: Bool?
    package var batteryPercent: Double?
    package var likeness: Likeness

    package init(
        deviceNumber: Int64,
        recordedAt: Instant,
        temperature: Double? = nil,
        hasPower: Bool? = nil,
        isDoorOpen: Bool? = nil,
        batteryPercent: Double? = nil,
        likeness: Likeness = .unknown
    ) {
        self.deviceNumber = deviceNumber
        self.recordedAt = recordedAt
        self.temperature = temperature
        self.hasPower = hasPower
        self.isDoorOpen = isDoorOpen
        self.batteryPercent = batteryPercent
        self.likeness = likeness
    }

    /// Whether it is like what the device usually tells.
    package enum Likeness: Sendable, Equatable {
        /// It is neither, or there is too little to compare it with.
        case unknown
        case usual
        case unusual(value: Double, threshold: Double, explanation: String)
    }
}

/// A device as it is judged: what it is, whose, and within which bounds it should be.
package struct JudgedDevice: Sendable, Equatable {
    package var number: Int64
    package var id: String
    package var coldCellID: String?
    package var organisationID: String?
    /// Of its cold cell.
    package var temperatures: ClosedRange<Double>?
    /// Nothing that was measured before is raised: somebody works there.
    package var silencedUntil: Instant?

    package init(
        number: Int64,
        id: String,
        coldCellID: String? = nil,
        organisationID: String? = nil,
        temperatures: ClosedRange<Double>? = nil,
        silencedUntil: Instant? = nil
    ) {
        self.number = number
        self.id = id
        self.coldCellID = coldCellID
        self.organisationID = organisationID
        self.temperatures = temperatures
        self.silencedUntil = silencedUntil
    }

    func isSilenced(at moment: Instant) -> Bool {
        silencedUntil.map { moment < $0 } ?? false
    }
}
