/// What a client says to a broker (MQTT 3.1.1), as bytes.
enum MQTTRequest {
    static let alive: [UInt8] = [0xC0, 0]
    static let farewell: [UInt8] = [0xE0, 0]

    private static let textBytesMax = Int(UInt16.max)

    /// Without a clean start: what came for this client id meanwhile comes now.
    static func entry(_ broker: MQTTBroker) -> [UInt8] {
        let hasUser: UInt8 = 0x80
        let hasPassword: UInt8 = 0x40
        var body = text("MQTT") + [4, hasUser | hasPassword]
        body += number(UInt16(clamping: broker.keepAliveSeconds))
        body += text(broker.clientID) + text(broker.user) + text(broker.password)
        return packet(0x10, body)
    }

    static func subscription(_ filters: [String], id: UInt16) -> [UInt8] {
        let atLeastOnce: UInt8 = 1
        return packet(0x82, number(id) + filters.flatMap { text($0) + [atLeastOnce] })
    }

    static func message(_ topic: String, _ payload: [UInt8], id: UInt16) -> [UInt8] {
        packet(0x32, text(topic) + number(id) + payload)
    }

    static func taken(_ id: UInt16) -> [UInt8] {
        [0x40, 2] + number(id)
    }

    private static func packet(_ kind: UInt8, _ body: [UInt8]) -> [UInt8] {
        var packet = [kind]
        var rest = body.count
        repeat {
            let more: UInt8 = rest > 0x7F ? 0x80 : 0
            packet.append(UInt8(rest & 0x7F) | more)
            rest >>= 7
        } while rest > 0
        return packet + body
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        precondition(bytes.count <= textBytesMax, "a text has at most \(textBytesMax) bytes")
        return number(UInt16(bytes.count)) + bytes
    }

    private static func number(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(number & 0xFF)]
    }
}
