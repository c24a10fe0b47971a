import AlertEngine
import Base
import Devices
import House

/// What a mail says of alerts.
struct AlertLetter {
    static let linesMax = 20
    private static let summaryLettersMax = 60

    let publicURL: String

    /// For the templates `alert-…`.
    func data(_ alerts: [Alert], _ places: [String: Place]) -> JSONObject {
        let shown = alerts.prefix(AlertLetter.linesMax)
        let rest = alerts.count - shown.count
        return [
            "summary": .string(summary(alerts, places)),
            "alerts": .array(shown.map { .object(line($0, places[$0.deviceID])) }),
            "rest": rest > 0 ? .string(NumberText.grouped(Int64(rest))) : nil,
            "link": .string(publicURL + AlertWords.path),
        ]
    }

    private func summary(_ alerts: [Alert], _ places: [String: Place]) -> String {
        guard alerts.count == 1, let alert = alerts.first else {
            return "\(NumberText.grouped(Int64(alerts.count))) alerts"
        }
        let text = AlertWords.heading(alert, places[alert.deviceID])
        return text.count <= AlertLetter.summaryLettersMax
            ? text : text.prefix(AlertLetter.summaryLettersMax - 1) + "…"
    }

    private func line(_ alert: Alert, _ place: Place?) -> JSONObject {
        [
            "what": .string(AlertWords.heading(alert, place)),
            "device": .string(place?.serialNumber ?? alert.deviceID),
            "finding": .string(AlertWords.finding(alert)),
            "severity": .string(alert.severity.rawValue),
            "since": .string(TimeText.exact(alert.triggeredAt, .utc)),
            "address": .string(publicURL + AlertWords.path(alert.id)),
        ]
    }
}
