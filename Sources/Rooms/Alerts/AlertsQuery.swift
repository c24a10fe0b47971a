import AlertEngine
import Base
import HTTP

/// Which alerts, and in which order.
struct AlertsQuery: Input {
    static let sortingUsual = Sorting(field: "triggeredAt", isDescending: true)

    var paging: Paging
    var sorting: Sorting
    var status: AlertStatus?
    /// Neither resolved nor of a status of their own.
    var isOpenOnly = false
    let type: AlertType?
    let severity: AlertSeverity?
    let coldCellID: String?
    let deviceID: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(&fields, allowed: ["triggeredAt"], default: AlertsQuery.sortingUsual)
        status = fields.value("status", .choice(AlertStatus.self), isRequired: false)
        type = fields.value("type", .choice(AlertType.self), isRequired: false)
        severity = fields.value("severity", .choice(AlertSeverity.self), isRequired: false)
        coldCellID = fields.optionalText("coldCellId", 1...40)
        deviceID = fields.optionalText("deviceId", 1...40)
    }
}
