import Testing

@testable import Outside

@Suite struct MQTTFuzz {
    @Test func `what a broker says is the same in pieces of any size, or broken in all`() {
        forAll(.mqtt) { random in
            (bytes: mixed(&random, bytesMax: 64, words), size: 1 + random.below(9))
        } _: { input throws(Broken) in
            let whole = heard(input.bytes, size: max(1, input.bytes.count))
            let pieces = heard(input.bytes, size: input.size)
            try holds(whole.messages == pieces.messages, "is something else in pieces")
            try holds(whole.isBroken == pieces.isBroken, "is broken or not by its pieces")
            let size = whole.messages.reduce(0) { $0 + $1.payload.count + $1.topic.utf8.count }
            // What is no UTF-8 is replaced by signs of three bytes.
            try holds(size <= 3 * input.bytes.count, "grows")
            return !whole.messages.isEmpty
        }
    }

    @Test func `a message comes as it was sent`() {
        var random = SeededRandom(seed: 17)
        for _ in 0..<2000 {
            let id = UInt16(1 + random.below(65_535))
            let message = MQTTMessage(
                topic: "t/\(random.below(1000))",
                payload: random.bytes(500),
                id: id
            )
            let bytes = MQTTRequest.message(message.topic, message.payload, id: id)
            #expect(heard(bytes, size: 7).messages == [message])
        }
    }
}

private let welcome: [UInt8] = [0x20, 3, 0, 0, 0]

private func heard(_ bytes: [UInt8], size: Int) -> (messages: [MQTTMessage], isBroken: Bool) {
    var session = MQTTSession(keepAliveSeconds: 20, at: 0)
    var isBroken = false
    do {
        try session.receive(welcome)
        var rest = bytes[...]
        while !rest.isEmpty {
            try session.receive(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
    } catch {
        isBroken = true
    }
    return (session.takeMessages(countMax: .max), isBroken)
}

/// A few packets, as a broker may send them.
private func words(_ random: inout SeededRandom) -> [UInt8] {
    (0...random.below(3)).flatMap { _ -> [UInt8] in
        switch random.below(5) {
        case 0: return [0xD0, 0]
        case 1: return MQTTRequest.taken(UInt16(random.below(9)))
        case 2: return [0x90, 4, 0, 1, 0, 1]
        default:
            return MQTTRequest.message("a", random.bytes(8), id: UInt16(random.below(9)))
        }
    }
}
