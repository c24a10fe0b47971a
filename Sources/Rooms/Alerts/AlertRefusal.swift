import AlertEngine
import Base
import HTTP

/// Every way in which this room says no.
enum AlertRefusal {
    static func alreadyResolved(_ alert: Alert) -> Problem {
        Problem(
            409,
            "already_resolved",
            "The alert is resolved already",
            detail: alert.resolvedAt.map { "It was resolved at \($0.rfc3339)." }
        )
    }
}
