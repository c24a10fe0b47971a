package import Base

/// What is known of a device with which something is wrong, or may soon be: a value, to which
/// readings are shown one after the other.
package struct Watch: Sendable, Equatable {
    /// An alert that is not resolved, as far as it decides what a reading means.
    package struct Opened: Sendable, Equatable {
        package var since: Instant
        package var severity: AlertSeverity

        package init(since: Instant, severity: AlertSeverity) {
            self.since = since
            self.severity = severity
        }
    }

    /// The newest reading that was shown, by its own time.
    package var seenAt: Instant?
    package var doorOpenSince: Instant?
    package var opened: [AlertType: Opened]

    package init(
        seenAt: Instant? = nil,
        doorOpenSince: Instant? = nil,
        opened: [AlertType: Opened] = [:]
    ) {
        self.seenAt = seenAt
        self.doorOpenSince = doorOpenSince
        self.opened = opened
    }

    /// Nothing is wrong, and nothing about to be.
    package var isIdle: Bool { doorOpenSince == nil && opened.isEmpty }

    /// Decides what a reading means; one that is not newer than all before it means nothing.
    package mutating func see(
        _ reading: JudgedReading,
        of device: JudgedDevice,
        by rules: AlertRules
    ) -> [AlertDecision] {
        if let seenAt, reading.recordedAt <= seenAt { return [] }
        seenAt = reading.recordedAt
        noteDoor(reading, isSilenced: device.isSilenced(at: reading.recordedAt))
        return Symptom.all(of: reading, device, by: rules, doorOpenSince: doorOpenSince).compactMap
        { type, symptom in
            decide(type, symptom, reading.recordedAt, device, by: rules)
        }
    }

    private mutating func noteDoor(_ reading: JudgedReading, isSilenced: Bool) {
        guard let isOpen = reading.isDoorOpen else { return }
        if !isOpen {
            doorOpenSince = nil
        } else if doorOpenSince == nil, !isSilenced {
            doorOpenSince = reading.recordedAt
        }
    }

    private mutating func decide(
        _ type: AlertType,
        _ symptom: Symptom,
        _ moment: Instant,
        _ device: JudgedDevice,
        by rules: AlertRules
    ) -> AlertDecision? {
        switch (symptom, opened[type]) {
        case (.well, .some):
            opened[type] = nil
            return AlertDecision(type, .resolved)
        case (.bad(var finding), .some(let known)):
            if type.worsensWithTime, moment.seconds(since: known.since) >= rules.criticalSeconds {
                finding.severity = .critical
            }
            // What was critical stays so until it is over.
            finding.severity = max(finding.severity, known.severity)
            opened[type] = Opened(since: known.since, severity: finding.severity)
            return AlertDecision(type, .repeated(finding))
        case (.bad(let finding), nil):
            guard !device.isSilenced(at: moment) else { return nil }
            opened[type] = Opened(since: moment, severity: finding.severity)
            return AlertDecision(type, .raised(finding))
        case (.well, nil), (.between, _): return nil
        }
    }
}

/// What comes of a reading for one type of alert.
package struct AlertDecision: Sendable, Equatable {
    /// What happens to the alert.
    package enum Step: Sendable, Equatable {
        case raised(Finding)
        case repeated(Finding)
        case resolved
    }

    package let type: AlertType
    package let step: Step

    init(_ type: AlertType, _ step: Step) {
        self.type = type
        self.step = step
    }
}

/// What was found wrong.
package struct Finding: Sendable, Equatable {
    package var value: Double?
    package var threshold: Double?
    package var severity: AlertSeverity
    package var explanation: String?
}

extension AlertType {
    fileprivate var worsensWithTime: Bool { self == .highTemperature || self == .lowTemperature }
}
