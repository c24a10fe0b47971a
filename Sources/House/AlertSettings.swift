package import AlertEngine
package import Base

/// When alerts are raised, become more urgent and are over.
package struct AlertSettings: Sendable {
    package let rules: AlertRules
    package let escalationSeconds: Int64
    package let silenceCheckSeconds: Int64

    init(_ reader: inout SettingsReader) {
        rules = AlertRules(&reader)
        escalationSeconds = Int64(
            reader.integer(
                "ENTREPOT_ALERT_ESCALATION_SECONDS",
                3600,
                in: 1...604_800,
                "an alert that nobody resolves becomes more urgent so often, three times"
            )
        )
        silenceCheckSeconds = Int64(
            reader.integer(
                "ENTREPOT_ALERT_SILENCE_CHECK_SECONDS",
                15,
                in: 1...3600,
                "how often it is looked for devices that are silent for too long"
            )
        )
    }

    package func terms(
        at now: Instant,
        from source: String,
        makeID: @escaping (String) -> String
    ) -> AlertTerms {
        AlertTerms(
            rules,
            escalationSeconds: escalationSeconds,
            now: now,
            source: source,
            makeID: makeID
        )
    }
}

extension AlertRules {
    fileprivate init(_ reader: inout SettingsReader) {
        self.init()
        hysteresisDegrees = AlertRules.number(
            &reader,
            "HYSTERESIS_DEGREES",
            hysteresisDegrees,
            "how far within its bound a temperature is well again"
        )
        criticalDegrees = AlertRules.number(
            &reader,
            "CRITICAL_DEGREES",
            criticalDegrees,
            "a temperature so far beyond its bound is critical"
        )
        criticalSeconds = AlertRules.seconds(
            &reader,
            "CRITICAL_SECONDS",
            criticalSeconds,
            "a temperature beyond its bound for so long is critical"
        )
        doorOpenSeconds = AlertRules.seconds(
            &reader,
            "DOOR_SECONDS",
            doorOpenSeconds,
            "for how long a door may stand open"
        )
        lowBatteryPercent = AlertRules.number(
            &reader,
            "LOW_BATTERY_PERCENT",
            lowBatteryPercent,
            "a battery with less is low"
        )
        goodBatteryPercent = AlertRules.number(
            &reader,
            "GOOD_BATTERY_PERCENT",
            goodBatteryPercent,
            "a battery that was low is good again from here on"
        )
        if goodBatteryPercent < lowBatteryPercent {
            reader.refuse("ENTREPOT_ALERT_GOOD_BATTERY_PERCENT is below that of a low battery")
        }
    }

    private static func number(
        _ reader: inout SettingsReader,
        _ name: String,
        _ usual: Double,
        _ help: String
    ) -> Double {
        reader.value(
            "ENTREPOT_ALERT_\(name)",
            usual,
            shown: usual == usual.rounded() ? "\(Int(usual))" : "\(usual)",
            expected: "a number from 0 to 100",
            help
        ) { text in
            Double(text).flatMap { (0...100).contains($0) ? $0 : nil }
        }
    }

    private static func seconds(
        _ reader: inout SettingsReader,
        _ name: String,
        _ usual: Int64,
        _ help: String
    ) -> Int64 {
        Int64(reader.integer("ENTREPOT_ALERT_\(name)", Int(usual), in: 1...604_800, help))
    }
}
