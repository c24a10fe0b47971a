import Base

/// Events as the tables hold them: a line each, so that what is told together is one row.
enum EventLines {
    private static let tab = UInt8(ascii: "\t")
    private static let newline = UInt8(ascii: "\n")

    static func append(
        _ event: NewEvent,
        from source: String,
        at now: Instant,
        to lines: inout [UInt8]
    ) {
        let topics = " \(event.topics.joined(separator: " ")) "
        let owners = [event.userID ?? "", event.organisationID ?? ""]
        for field in [event.type, topics] + owners + [event.id] {
            lines.append(contentsOf: field.utf8)
            lines.append(tab)
        }
        // As JSON, since a name may hold anything.
        JSONText.append(source, to: &lines)
        lines.append(tab)
        lines.append(contentsOf: now.rfc3339.utf8)
        lines.append(tab)
        lines.append(contentsOf: event.data)
        lines.append(newline)
    }

    /// The events of a row, whose first has the position.
    static func events(in lines: [UInt8], from first: Int64) throws -> [Event] {
        var position = first - 1
        return try lines.split(separator: newline).map { line in
            position += 1
            let fields = line.split(separator: tab, omittingEmptySubsequences: false)
            guard fields.count == 8 else { throw Fault("event \(position) is not well formed") }
            return Event(
                position: position,
                type: text(fields[0]),
                topics: fields[1].split(separator: UInt8(ascii: " ")).map(text),
                userID: fields[2].isEmpty ? nil : text(fields[2]),
                organisationID: fields[3].isEmpty ? nil : text(fields[3]),
                envelope: envelope(fields)
            )
        }
    }

    private static func envelope(_ fields: [ArraySlice<UInt8>]) -> String {
        """
        {"event_id":"\(text(fields[4]))","type":"\(text(fields[0]))","data":\(text(fields[7])),\
        "metadata":{"timestamp":"\(text(fields[6]))","source":\(text(fields[5]))}}
        """
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field, as: UTF8.self)
    }
}
