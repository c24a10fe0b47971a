import Base

/// How a device is in one respect, by one reading.
enum Symptom: Equatable {
    case well
    /// Neither well nor bad enough: whatever it was, it stays.
    case between
    case bad(Finding)

    /// One for each respect of which the reading says something.
    static func all(
        of reading: JudgedReading,
        _ device: JudgedDevice,
        by rules: AlertRules,
        doorOpenSince: Instant?
    ) -> [(AlertType, Symptom)] {
        // Whatever it says: it is no longer silent.
        var symptoms: [(AlertType, Symptom)] = [(.sensorError, .well)]
        if let temperature = reading.temperature, let range = device.temperatures {
            symptoms += temperatures(temperature, within: range, by: rules)
        }
        if let hasPower = reading.hasPower {
            symptoms.append((.powerLoss, hasPower ? .well : bad(0, 1)))
        }
        if let isDoorOpen = reading.isDoorOpen {
            let seconds = doorOpenSince.map { reading.recordedAt.seconds(since: $0) } ?? 0
            let isLong = isDoorOpen && seconds >= rules.doorOpenSeconds
            let open = isLong ? bad(Double(seconds), Double(rules.doorOpenSeconds)) : .between
            symptoms.append((.doorOpen, isDoorOpen ? open : .well))
        }
        if let percent = reading.batteryPercent {
            symptoms.append((.lowBattery, battery(percent, by: rules)))
        }
        switch reading.likeness {
        case .unknown: break
        case .usual: symptoms.append((.anomaly, .well))
        case .unusual(let value, let threshold, let explanation):
            let finding = Finding(
                value: value,
                threshold: threshold,
                severity: .warning,
                explanation: explanation
            )
            symptoms.append((.anomaly, .bad(finding)))
        }
        return symptoms
    }

    /// Whether a device of which nothing is known has to be watched from this reading on: nearly
    /// always not, so that it is asked without more ado.
    static func isWorthWatching(
        _ reading: JudgedReading,
        _ device: JudgedDevice,
        by rules: AlertRules
    ) -> Bool {
        guard !device.isSilenced(at: reading.recordedAt) else { return false }
        if reading.hasPower == false || reading.isDoorOpen == true { return true }
        if let percent = reading.batteryPercent, percent < rules.lowBatteryPercent { return true }
        if let temperature = reading.temperature, let range = device.temperatures,
            !range.contains(temperature)
        {
            return true
        }
        if case .unusual = reading.likeness { return true }
        return false
    }

    private static func temperatures(
        _ temperature: Double,
        within range: ClosedRange<Double>,
        by rules: AlertRules
    ) -> [(AlertType, Symptom)] {
        let hysteresis = rules.hysteresis(within: range)
        let excess = temperature - range.upperBound
        let lack = range.lowerBound - temperature
        func symptom(_ beyond: Double, _ threshold: Double) -> Symptom {
            guard beyond > 0 else { return beyond <= -hysteresis ? .well : .between }
            let severity: AlertSeverity = beyond > rules.criticalDegrees ? .critical : .warning
            return .bad(Finding(value: temperature, threshold: threshold, severity: severity))
        }
        return [
            (.highTemperature, symptom(excess, range.upperBound)),
            (.lowTemperature, symptom(lack, range.lowerBound)),
        ]
    }

    private static func battery(_ percent: Double, by rules: AlertRules) -> Symptom {
        if percent < rules.lowBatteryPercent { return bad(percent, rules.lowBatteryPercent) }
        return percent >= rules.goodBatteryPercent ? .well : .between
    }

    private static func bad(_ value: Double, _ threshold: Double) -> Symptom {
        .bad(Finding(value: value, threshold: threshold, severity: .warning))
    }
}

extension Instant {
    /// Whole ones.
    func seconds(since start: Instant) -> Int64 {
        (milliseconds - start.milliseconds) / 1000
    }
}
