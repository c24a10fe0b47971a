import Base
import Outbox

/// How events and what is said around them look to those who receive them.
enum Spelling {
    static let retryMs = 2_000
    static let heartbeat = Array(": \n\n".utf8)

    static func append(event: Event, _ envelope: String, to text: inout [UInt8]) {
        text.append(contentsOf: "id: ".utf8)
        JSONText.append(event.position, to: &text)
        text.append(contentsOf: "\nevent: ".utf8)
        text.append(contentsOf: event.type.utf8)
        text.append(contentsOf: "\ndata: ".utf8)
        text.append(contentsOf: envelope.utf8)
        text.append(contentsOf: "\n\n".utf8)
    }

    /// What a stream begins with: these carry no id, so that a client keeps the one it has.
    static func opening(_ topics: [Topic], cursor: Int64, isReset: Bool) -> [UInt8] {
        let ready: JSON = [
            "topics": .array(topics.map { .string($0.text) }),
            "cursor": .string(EventID.text(cursor)),
        ]
        var text = "retry: \(retryMs)\n\nevent: ready\ndata: \(ready.text)\n\n"
        if isReset { text += reset(cursor: cursor) }
        return Array(text.utf8)
    }

    static func reset(cursor: Int64) -> String {
        let data: JSON = ["cursor": .string(EventID.text(cursor))]
        return "event: reset\ndata: \(data.text)\n\n"
    }

    /// The place in the order goes into the envelope, in front.
    static func append(item event: Event, _ envelope: String, to text: inout [UInt8]) {
        if !text.isEmpty { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: "{\"id\":\"".utf8)
        JSONText.append(event.position, to: &text)
        text.append(contentsOf: "\",".utf8)
        text.append(contentsOf: envelope.utf8.dropFirst())
    }

    static func poll(items: [UInt8], cursor: Int64, isReset: Bool) -> [UInt8] {
        var text = Array("{\"events\":[".utf8)
        text.append(contentsOf: items)
        text.append(contentsOf: "],\"cursor\":\"".utf8)
        JSONText.append(cursor, to: &text)
        text.append(contentsOf: "\",\"reset\":\(isReset)}".utf8)
        return text
    }

    /// The fields of an answer, to which more may be added.
    static func head(_ headers: [(name: String, value: String)]) -> [UInt8] {
        var text = Array("Status: 200 OK\r\n".utf8)
        for field in headers {
            text.append(contentsOf: field.name.utf8)
            text.append(contentsOf: ": ".utf8)
            text.append(contentsOf: field.value.utf8)
            text.append(contentsOf: "\r\n".utf8)
        }
        return text
    }

    /// All of an answer that nginx gets from elsewhere.
    static func head(goingOnTo place: String) -> [UInt8] {
        head([("x-accel-redirect", place)]) + headEnd
    }

    static let headEnd = Array("\r\n".utf8)

    /// Of a body with a length; any other ends with its connection.
    static func headEnd(bodyBytes: Int) -> [UInt8] {
        Array("content-length: \(bodyBytes)\r\n\r\n".utf8)
    }
}
