package import Base

/// What alerts are raised by, told of and kept with.
package struct AlertTerms {
    /// An alert that nobody resolves becomes more urgent so often.
    package static let escalationLevelMax: Int64 = 3

    package let rules: AlertRules
    /// From one level to the next.
    package let escalationSeconds: Int64
    package let now: Instant
    /// The name of this host in events.
    package let source: String
    package let makeID: (String) -> String

    package init(
        _ rules: AlertRules,
        escalationSeconds: Int64,
        now: Instant,
        source: String,
        makeID: @escaping (String) -> String
    ) {
        self.rules = rules
        self.escalationSeconds = escalationSeconds
        self.now = now
        self.source = source
        self.makeID = makeID
    }
}

/// What has happened to an alert.
package struct AlertChange: Sendable, Equatable {
    /// As events call it.
    package enum Kind: String, Sendable {
        case raised, repeated, acknowledged, escalated, resolved
    }

    package let kind: Kind
    /// As it is now.
    package let alert: Alert

    package init(_ kind: Kind, _ alert: Alert) {
        self.kind = kind
        self.alert = alert
    }
}
