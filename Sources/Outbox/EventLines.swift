import Base
import Glibc

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
        try lines.withUnsafeBytes { bytes in
            var rest = bytes[...]
            var events: [Event] = []
            while !rest.isEmpty {
                let position = first + Int64(events.count)
                guard var line = rest.cut(at: newline),
                    let event = event(in: &line, at: position)
                else { throw Fault("event \(position) is not well formed") }
                events.append(event)
            }
            return events
        }
    }

    private static func event(
        in line: inout Slice<UnsafeRawBufferPointer>,
        at position: Int64
    ) -> Event? {
        guard let type = line.cut(at: tab), let topics = line.cut(at: tab),
            let user = line.cut(at: tab), let organisation = line.cut(at: tab),
            let id = line.cut(at: tab), let source = line.cut(at: tab), let time = line.cut(at: tab)
        else { return nil }
        return Event(
            position: position,
            type: type.text,
            topics: topics.split(separator: UInt8(ascii: " ")).map(\.text),
            userID: user.isEmpty ? nil : user.text,
            organisationID: organisation.isEmpty ? nil : organisation.text,
            envelope: envelope(
                [
                    "{\"event_id\":\"", "\",\"type\":\"", "\",\"data\":",
                    ",\"metadata\":{\"timestamp\":\"", "\",\"source\":",
                ],
                [id, type, line, time, source]
            )
        )
    }

    private static func envelope(
        _ words: [StaticString],
        _ values: [Slice<UnsafeRawBufferPointer>]
    ) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.reduce(100) { $0 + $1.count })
        for (word, value) in zip(words, values) {
            word.withUTF8Buffer { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: value)
        }
        bytes.append(contentsOf: "}}".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var text: String {
        String(decoding: UnsafeRawBufferPointer(rebasing: self), as: UTF8.self)
    }

    /// Takes off what is before the byte, and the byte.
    fileprivate mutating func cut(at byte: UInt8) -> Self? {
        let bytes = UnsafeRawBufferPointer(rebasing: self)
        guard let start = bytes.baseAddress,
            let found = memchr(start, Int32(byte), bytes.count)
        else { return nil }
        let end = startIndex + (UnsafeRawPointer(found) - start)
        defer { self = self[(end + 1)...] }
        return self[..<end]
    }
}
