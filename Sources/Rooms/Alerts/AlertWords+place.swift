import AlertEngine
import Devices
import House

/// Where an alert is.
extension AlertWords {
    /// Led to by links for those who may look at places and devices.
    static func coldCell(_ alert: Alert, _ place: Place?, _ call: Call) -> Value {
        guard let id = alert.coldCellID, let place else { return .nothing }
        return call.may(.readFleet)
            ? .link(place.words, to: "/admin/coldcells/\(id)") : .text(place.words)
    }

    static func device(_ alert: Alert, _ place: Place?, _ call: Call) -> Value {
        let name = place?.serialNumber ?? alert.deviceID
        return call.may(.readFleet)
            ? .link(name, to: "/admin/devices/\(alert.deviceID)") : .text(name)
    }

    static func heading(_ alert: Alert, _ place: Place?) -> String {
        "\(title(alert.type)): \(place?.words ?? alert.deviceID)"
    }
}
