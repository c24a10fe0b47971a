/// What a client says to a broker (MQTT 5), as bytes.
enum MQTTRequest {
    static let alive: [UInt8] = [0xC0, 0]
    static let farewell: [UInt8] = [0xE0, 0]

    private static let textBytesMax = Int(UInt16.max)
    private static let noProperties: [UInt8] = [0]

    /// Without a clean start: what came for this client id meanwhile comes now, however long ago.
    static func entry(_ broker: MQTTBroker) -> [UInt8] {
        let version: UInt8 = 5
        let hasUser: UInt8 = 0x80
        let hasPassword: UInt8 = 0x40
        let sessionEnds: UInt8 = 0x11
        let never: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        let untakenMax: UInt8 = 0x21
        let properties =
            [sessionEnds] + never + [untakenMax] + number(UInt16(clamping: broker.untakenMax))
        var body = text("MQTT") + [version, hasUser | hasPassword]
        body += number(UInt16(clamping: broker.keepAliveSeconds))
        body += [UInt8(properties.count)] + properties
        body += text(broker.clientID) + text(broker.user) + text(broker.password)
        return packet(0x10, body)
    }

    /// Of what is said from now on: what the broker has retained is old.
    static func subscription(_ filters: [String], id: UInt16) -> [UInt8] {
        let atLeastOnce: UInt8 = 1
        let notRetained: UInt8 = 0x20
        let filters = filters.flatMap { text($0) + [atLeastOnce | notRetained] }
        return packet(0x82, number(id) + noProperties + filters)
    }

    /// After so many seconds the broker hands it on to nobody any more.
    static func message(
        _ topic: String,
        _ payload: [UInt8],
        id: UInt16,
        lifeSeconds: UInt32? = nil
    ) -> [UInt8] {
        let expiry: UInt8 = 0x02
        let properties = lifeSeconds.map { seconds in
            let bytes = number(UInt16(seconds >> 16)) + number(UInt16(seconds & 0xFFFF))
            return [UInt8(1 + bytes.count), expiry] + bytes
        }
        return packet(0x32, text(topic) + number(id) + (properties ?? noProperties) + payload)
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
