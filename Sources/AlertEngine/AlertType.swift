/// What can be wrong with a device.
package enum AlertType: String, CaseIterable, Sendable {
    case highTemperature = "HIGH_TEMP"
    case lowTemperature = "LOW_TEMP"
    case powerLoss = "POWER_LOSS"
    /// Open for longer than it may be.
    case doorOpen = "DOOR_OPEN"
    case lowBattery = "LOW_BATTERY"
    /// Silent for longer than it may be.
    case sensorError = "SENSOR_ERROR"
    /// A value unlike what the device usually tells.
    case anomaly = "ANOMALY"
}

/// How bad it is.
package enum AlertSeverity: String, CaseIterable, Comparable, Sendable {
    case warning, critical

    package static func < (one: AlertSeverity, other: AlertSeverity) -> Bool {
        one == .warning && other == .critical
    }
}

/// How far it is dealt with.
package enum AlertStatus: String, CaseIterable, Sendable {
    case active = "ACTIVE"
    case acknowledged = "ACKNOWLEDGED"
    case resolved = "RESOLVED"
}
