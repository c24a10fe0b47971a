package import AlertEngine

/// How alerts read, on pages and in mails.
package enum AlertWords {
    package static let path = "/admin/alerts"

    package static func path(_ id: String) -> String { "\(path)/\(id)" }

    package static func title(_ type: AlertType) -> String {
        switch type {
        case .highTemperature: "Too warm"
        case .lowTemperature: "Too cold"
        case .powerLoss: "No power"
        case .doorOpen: "Door open"
        case .lowBattery: "Battery low"
        case .sensorError: "Silent"
        case .anomaly: "Unusual"
        }
    }

    /// What was found, beside what may be.
    package static func finding(_ alert: Alert) -> String {
        let value = alert.value.map { measure($0, alert.type) }
        let threshold = alert.threshold.map { measure($0, alert.type) }
        switch alert.type {
        case .highTemperature, .lowTemperature, .lowBattery:
            return [value, threshold.map { "limit \($0)" }].compactMap { $0 }
                .joined(separator: ", ")
        case .doorOpen: return value.map { "open for \($0)" } ?? "open"
        case .sensorError: return value.map { "nothing heard for \($0)" } ?? "nothing heard"
        case .powerLoss: return "the power is off"
        case .anomaly: return alert.explanation ?? "unlike other days"
        }
    }

    private static func measure(_ value: Double, _ type: AlertType) -> String {
        switch type {
        case .highTemperature, .lowTemperature:
            return NumberText.decimal(value, decimals: 1) + " °C"
        case .lowBattery: return NumberText.decimal(value, decimals: 0) + "%"
        case .doorOpen, .sensorError:
            let seconds = Int64(value)
            return seconds < 120 ? "\(seconds) s" : "\(NumberText.grouped(seconds / 60)) min"
        case .powerLoss, .anomaly: return NumberText.decimal(value, decimals: 1)
        }
    }

    package static func severity(_ alert: Alert) -> Value {
        let tone: Status.Tone =
            !alert.isOpen ? .quiet : alert.severity == .critical ? .bad : .attention
        return .status(Status(alert.severity.rawValue, tone))
    }

    package static func status(_ alert: Alert) -> Value {
        switch alert.status {
        case .active where alert.escalationLevel > 0:
            .status(Status("level \(alert.escalationLevel)", .bad))
        case .active: .status(Status("active", .bad))
        case .acknowledged: .status(Status("acknowledged", .moving))
        case .resolved: .status(Status("resolved", .quiet))
        }
    }
}
