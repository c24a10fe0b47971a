package import Base
package import HTTP

/// The days between which a page's filter looks; they are the reader's own.
package struct DaysFilter: Sendable {
    private let first: String?
    private let last: String?

    package init(_ fields: inout Fields) {
        first = fields.optionalText("from", 1...10)
        last = fields.optionalText("to", 1...10)
    }

    package static let fields = [
        FormField("from", "From", .input(type: "date")),
        FormField("to", "To (included)", .input(type: "date")),
    ]

    package func start(_ zone: TimeZone) -> Instant? {
        first.flatMap { TimeText.startOfDay($0, zone) }
    }

    /// The first moment that is not looked at any more.
    package func end(_ zone: TimeZone) -> Instant? {
        last.flatMap { TimeText.endOfDay($0, zone) }
    }
}

/// The moment for which a page is asked how something stood; it is told as the reader's clock has
/// it.
package struct MomentFilter: Sendable {
    private static let name = "at"

    private let text: String?

    package init(_ fields: inout Fields) {
        text = fields.optionalText(MomentFilter.name, 1...32)
    }

    package static let field = FormField(name, "Balance at", .input(type: "datetime-local"))

    package func moment(_ viewpoint: Viewpoint) throws(Problem) -> Instant? {
        guard let text else { return nil }
        guard let moment = TimeText.moment(text, viewpoint.zone) else {
            throw .invalid([
                FieldError(
                    field: MomentFilter.name,
                    code: "invalid_time",
                    message: "must be a date and a time"
                )
            ])
        }
        guard moment <= viewpoint.now else { throw .inTheFuture(MomentFilter.name) }
        return moment
    }
}

extension Problem {
    /// Asked for how something will stand, which nobody knows.
    package static func inTheFuture(_ field: String) -> Problem {
        .invalid([
            FieldError(field: field, code: "in_future", message: "must not be in the future")
        ])
    }
}
