import AlertEngine
import Anomalies
import Base
import Database
import Devices
import HTTP
import Readings

/// A reading that devices tell, and how it is read from what they send.
protocol Told: Measured, LatestReading, Equatable {
    static var letterKind: DeadLetter.Kind { get }
    var deviceNumber: Int64 { get set }
    /// Of a device that is not known yet, at the earliest moment when it says none.
    init(_ fields: inout Fields)
    static func keep(_ readings: [Self], in tx: Transaction) throws -> [Bool]
    /// Of each device the newest that is kept, by a read that locks.
    static func newestMoments(
        of deviceNumbers: [Int64],
        in tx: Transaction
    ) throws -> [Int64: Instant]
    /// As far as it can be wrong.
    var judged: JudgedReading { get }
    /// Nothing where it measures something else.
    func value(of quantity: Unusual.Quantity) -> Double?
}

/// What a device sends: a reading, or many of them.
struct Envelope<Reading: Told>: Input {
    static var readingsMax: Int { 1000 }

    /// A reading as it was sent; what is wrong with it concerns no other.
    struct Item {
        let reading: Result<Reading, Refused>
        /// Nothing when it is the whole body.
        let json: JSON?
    }

    /// Everything that is wrong with a reading.
    struct Refused: Error {
        let errors: [FieldError]
    }

    let items: [Item]
    let isBatch: Bool
    let firmwareVersion: String?

    init(_ fields: inout Fields) {
        firmwareVersion = fields.optionalText(
            "firmwareVersion",
            1...Device.firmwareVersionLengthMax
        )
        isBatch = fields.has("readings")
        let list = fields.value("readings", Self.list, isRequired: false)
        guard !isBatch else {
            items = (list ?? []).map(Item.init)
            return
        }
        items = [Item(reading: .success(Reading(&fields)), json: nil)]
    }

    private static var list: FieldRule<[JSON]> {
        var described = Fields.describing
        _ = Reading(&described)
        let shape = Shape.object(described.properties)
        return .list(of: FieldRule(shape) { .success($0) }, count: 1...readingsMax)
    }
}

extension Envelope.Item {
    init(_ json: JSON) {
        self.json = json
        guard case .object(let object) = json else {
            let error = FieldError(field: "", code: "wrong_type", message: "must be an object")
            reading = .failure(.init(errors: [error]))
            return
        }
        var fields = Fields(object)
        let read = Reading(&fields)
        reading = fields.errors.isEmpty ? .success(read) : .failure(.init(errors: fields.errors))
    }
}

typealias ReadingEnvelope = Envelope<Reading>
typealias EnergyEnvelope = Envelope<EnergyReading>

extension Reading: Told {
    static var letterKind: DeadLetter.Kind { .reading }

    init(_ fields: inout Fields) {
        self.init(
            deviceNumber: 0,
            recordedAt: .earliest,
            temperature: fields.needed("temperature", .number(-100...150)) ?? 0,
            humidity: fields.value("humidity", .number(0...100), isRequired: false),
            batteryLevel: fields.value("batteryLevel", .number(0...100), isRequired: false),
            hasPower: fields.optionalFlag("powerStatus"),
            isDoorOpen: fields.optionalFlag("doorStatus")
        )
        recordedAt = fields.optionalInstant("recordedAt") ?? .earliest
    }

    static func keep(_ readings: [Reading], in tx: Transaction) throws -> [Bool] {
        try Readings.keep(readings, in: tx)
    }

    static func newestMoments(
        of deviceNumbers: [Int64],
        in tx: Transaction
    ) throws -> [Int64: Instant] {
        try ReadingsStore.lockNewest(of: deviceNumbers, in: tx)
    }

    var judged: JudgedReading {
        JudgedReading(
            deviceNumber: deviceNumber,
            recordedAt: recordedAt,
            temperature: temperature,
            hasPower: hasPower,
            isDoorOpen: isDoorOpen,
            batteryPercent: batteryLevel
        )
    }

    func value(of quantity: Unusual.Quantity) -> Double? {
        quantity == .temperature ? temperature : nil
    }
}

extension EnergyReading: Told {
    private static let powerWMax = 10_000_000.0
    private static let energyWhMax: Int64 = 10_000_000
    private static let voltageMax = 100_000.0
    private static let currentAMax = 100_000.0
    /// Three phases, and what meters get wrong.
    private static let powerFactorMax = 2.0

    static var letterKind: DeadLetter.Kind { .energy }

    init(_ fields: inout Fields) {
        self.init(
            deviceNumber: 0,
            recordedAt: .earliest,
            kind: fields.needed("type", .choice(Kind.self)) ?? .generation,
            powerW: fields.needed("powerW", .number(0...Self.powerWMax)) ?? 0,
            energyWh: fields.needed("energyWh", .integer(0...Self.energyWhMax)) ?? 0,
            voltage: fields.value("voltage", .number(0...Self.voltageMax), isRequired: false),
            currentA: fields.value("current", .number(0...Self.currentAMax), isRequired: false),
            temperature: fields.value("temperature", .number(-100...150), isRequired: false)
        )
        recordedAt = fields.optionalInstant("recordedAt") ?? .earliest
        if let voltage, let currentA, powerW > voltage * currentA * Self.powerFactorMax + 1 {
            fields.refuse("powerW", "implausible", "is more than voltage and current can carry")
        }
    }

    static func keep(_ readings: [EnergyReading], in tx: Transaction) throws -> [Bool] {
        try Readings.keep(readings, in: tx)
    }

    static func newestMoments(
        of deviceNumbers: [Int64],
        in tx: Transaction
    ) throws -> [Int64: Instant] {
        try EnergyStore.lockNewest(of: deviceNumbers, in: tx)
    }

    var judged: JudgedReading {
        JudgedReading(deviceNumber: deviceNumber, recordedAt: recordedAt)
    }

    func value(of quantity: Unusual.Quantity) -> Double? {
        quantity.rawValue == kind.rawValue ? powerW : nil
    }
}

extension Fields {
    /// What each reading needs, though a body that holds many of them has none itself.
    fileprivate mutating func needed<Value>(
        _ name: String,
        _ rule: FieldRule<Value>
    ) -> Value? {
        let before = errors.count
        let value = value(name, rule, isRequired: false)
        if value == nil, errors.count == before { refuse(name, "required", "is required") }
        return value
    }
}
