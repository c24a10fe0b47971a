package import Base
package import HTTP

/// Something that is or was wrong with a device.
package struct Alert: Sendable, Equatable {
    package static let idPrefix = "alt"
    /// Who resolves what a reading shows to be over.
    package static let system = "system"

    package let id: String
    package let type: AlertType
    package var severity: AlertSeverity
    package var status: AlertStatus
    package let deviceNumber: Int64
    package let deviceID: String
    package let coldCellID: String?
    package let organisationID: String?
    package var value: Double?
    package let threshold: Double?
    package var explanation: String?
    package var count: Int64
    package let triggeredAt: Instant
    package var lastTriggeredAt: Instant
    package var acknowledgedAt: Instant?
    package var acknowledgedBy: String?
    package var resolvedAt: Instant?
    package var resolvedBy: String?
    package var note: String?
    package var escalationLevel: Int64
    package var escalatesAt: Instant?
    package var version: Int64
    package let createdAt: Instant

    package var isOpen: Bool { status != .resolved }

    /// By the system or a person; whatever was to come of it does not.
    package mutating func resolve(at moment: Instant, by resolver: String) {
        status = .resolved
        resolvedAt = moment
        resolvedBy = resolver
        escalatesAt = nil
    }

    package mutating func acknowledge(at moment: Instant, by person: String) {
        status = .acknowledged
        acknowledgedAt = moment
        acknowledgedBy = person
    }
}

extension Alert {
    /// What a device's readings have raised.
    init(
        _ type: AlertType,
        _ finding: Finding,
        of device: JudgedDevice,
        at moment: Instant,
        id: String,
        escalatesAt: Instant?,
        now: Instant
    ) {
        self.init(
            id: id,
            type: type,
            severity: finding.severity,
            status: .active,
            deviceNumber: device.number,
            deviceID: device.id,
            coldCellID: device.coldCellID,
            organisationID: device.organisationID,
            value: finding.value,
            threshold: finding.threshold,
            explanation: finding.explanation,
            count: 1,
            triggeredAt: moment,
            lastTriggeredAt: moment,
            escalationLevel: 0,
            escalatesAt: escalatesAt,
            version: 1,
            createdAt: now
        )
    }

    mutating func `repeat`(_ finding: Finding, at moment: Instant) {
        severity = finding.severity
        value = finding.value
        explanation = finding.explanation ?? explanation
        count += 1
        lastTriggeredAt = moment
    }
}

/// An alert as the API shows it.
package struct AlertReply: Reply {
    package let alert: Alert

    package init(_ alert: Alert) {
        self.alert = alert
    }

    package func write(to reply: inout ReplyWriter) {
        reply.put("id", alert.id)
        reply.put("type", alert.type)
        reply.put("severity", alert.severity)
        reply.put("status", alert.status)
        reply.put("deviceId", alert.deviceID)
        reply.put("coldCellId", alert.coldCellID)
        reply.put("organisationId", alert.organisationID)
        reply.put("value", alert.value)
        reply.put("threshold", alert.threshold)
        reply.put("explanation", alert.explanation)
        reply.put("count", alert.count)
        reply.put("triggeredAt", alert.triggeredAt)
        reply.put("lastTriggeredAt", alert.lastTriggeredAt)
        reply.put("acknowledgedAt", alert.acknowledgedAt)
        reply.put("resolvedAt", alert.resolvedAt)
        reply.put("resolvedBy", alert.resolvedBy)
        reply.put("note", alert.note)
        reply.put("escalationLevel", alert.escalationLevel)
        reply.put("version", alert.version)
    }

    package static var sample: AlertReply {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return AlertReply(
            Alert(
                id: "alt_01HXYZ00000000000000000000",
                type: .highTemperature,
                severity: .warning,
                status: .resolved,
                deviceNumber: 1,
                deviceID: "dev_01HXYZ00000000000000000000",
                coldCellID: "cel_01HXYZ00000000000000000000",
                organisationID: "org_01HXYZ00000000000000000000",
                value: -12.5,
                threshold: -15,
                explanation: "Much warmer than on other days at this hour",
                count: 3,
                triggeredAt: at,
                lastTriggeredAt: at.adding(seconds: 120),
                acknowledgedAt: at.adding(seconds: 180),
                acknowledgedBy: "usr_01HXYZ00000000000000000000",
                resolvedAt: at.adding(seconds: 600),
                resolvedBy: Alert.system,
                note: "The door was left open",
                escalationLevel: 0,
                version: 3,
                createdAt: at
            )
        )
    }
}

extension Alert {
    /// On the next level; on the last it stays.
    package func escalated(by terms: AlertTerms) -> Alert {
        var alert = self
        alert.escalationLevel += 1
        alert.version += 1
        let isLast = alert.escalationLevel >= AlertTerms.escalationLevelMax
        alert.escalatesAt = isLast ? nil : terms.now.adding(seconds: terms.escalationSeconds)
        return alert
    }
}
