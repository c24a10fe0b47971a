import Base
import Devices
import HTTP

struct NewColdCell: Input {
    let name: String
    let locationID: String
    let minTemperature: Double
    let maxTemperature: Double
    let offlineAfterSeconds: Int64

    init(_ fields: inout Fields) {
        name = fields.text("name", 1...200)
        locationID = fields.text("locationId", 1...40)
        let min = fields.value("minTemperature", .temperature, isRequired: true)
        let max = fields.value("maxTemperature", .temperature, isRequired: true)
        if let min, let max, min >= max {
            fields.refuse("maxTemperature", "too_small", "must be above minTemperature")
        }
        minTemperature = min ?? 0
        maxTemperature = max ?? 0
        offlineAfterSeconds =
            fields.optionalInteger("offlineAfterSeconds", ColdCell.offlineAfterSecondsRange)
            ?? ColdCell.offlineAfterSecondsUsual
    }
}

struct ColdCellPatch: Input {
    let name: String?
    let locationID: String?
    let minTemperature: Double?
    let maxTemperature: Double?
    let offlineAfterSeconds: Int64?
    let silencedUntil: Change<Instant>
    let silenceReason: Change<String>

    init(_ fields: inout Fields) {
        name = fields.optionalText("name", 1...200)
        locationID = fields.optionalText("locationId", 1...40)
        minTemperature = fields.value("minTemperature", .temperature, isRequired: false)
        maxTemperature = fields.value("maxTemperature", .temperature, isRequired: false)
        offlineAfterSeconds = fields.optionalInteger(
            "offlineAfterSeconds",
            ColdCell.offlineAfterSecondsRange
        )
        silencedUntil = fields.change("silencedUntil", .instant)
        silenceReason = fields.change("silenceReason", .text(1...500))
    }

    /// What a form says: everything, but silence.
    init(_ whole: NewColdCell) {
        name = whole.name
        locationID = whole.locationID
        minTemperature = whole.minTemperature
        maxTemperature = whole.maxTemperature
        offlineAfterSeconds = whole.offlineAfterSeconds
        silencedUntil = .kept
        silenceReason = .kept
    }

    /// All but where it stands, for which another row is read.
    func apply(to cell: inout ColdCell, at now: Instant) throws(Problem) {
        var errors: [FieldError] = []
        cell.name = name ?? cell.name
        cell.minTemperature = minTemperature ?? cell.minTemperature
        cell.maxTemperature = maxTemperature ?? cell.maxTemperature
        cell.offlineAfterSeconds = offlineAfterSeconds ?? cell.offlineAfterSeconds
        if cell.minTemperature >= cell.maxTemperature {
            errors.append(
                FieldError(
                    field: maxTemperature == nil ? "minTemperature" : "maxTemperature",
                    code: maxTemperature == nil ? "too_large" : "too_small",
                    message: maxTemperature == nil
                        ? "must be below maxTemperature" : "must be above minTemperature"
                )
            )
        }
        errors += silence(&cell, at: now)
        guard errors.isEmpty else { throw .invalid(errors) }
    }

    /// A silence has an end and a reason; what ends it takes both away.
    private func silence(_ cell: inout ColdCell, at now: Instant) -> [FieldError] {
        silencedUntil.apply(to: &cell.silencedUntil)
        silenceReason.apply(to: &cell.silenceReason)
        if case .cleared = silencedUntil { cell.silenceReason = nil }
        var errors: [FieldError] = []
        func refuse(_ field: String, _ code: String, _ message: String) {
            errors.append(FieldError(field: field, code: code, message: message))
        }
        if let end = silencedUntil.value {
            if end <= now { refuse("silencedUntil", "too_early", "must be to come") }
            if end > now.adding(seconds: ColdCell.silenceSecondsMax) {
                let days = ColdCell.silenceSecondsMax / 86_400
                refuse("silencedUntil", "too_late", "must be within \(days) days")
            }
        }
        if cell.silencedUntil != nil, cell.silenceReason == nil {
            refuse("silenceReason", "required", "is required to silence a cold cell")
        }
        if cell.silencedUntil == nil, silenceReason.value != nil {
            refuse("silencedUntil", "required", "is required beside silenceReason")
        }
        return errors
    }
}

extension FieldRule where Value == Double {
    static var temperature: FieldRule<Double> { .number(ColdCell.temperatureRange) }
}
