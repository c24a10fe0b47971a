package import Base
package import HTTP

/// What a device says to a command, whichever way it comes.
package struct CommandAnswer: Input {
    private enum Outcome: String, CaseIterable {
        case acknowledged, failed
    }

    package let status: Command.Status
    package let result: JSON

    package init(_ fields: inout Fields) {
        let outcome = fields.value("status", .choice(Outcome.self), isRequired: true)
        status = outcome == .acknowledged ? .acknowledged : .failed
        result = fields.value("result", .smallJSON, isRequired: false) ?? .null
    }
}

extension FieldRule where Value == JSON {
    /// Anything, up to what is kept of it.
    package static var smallJSON: FieldRule<JSON> {
        FieldRule(.anything) { json in
            json.bytes.count <= Command.bytesMax
                ? .success(json)
                : .failure(.init("too_long", "must have at most \(Command.bytesMax) bytes"))
        }
    }
}
