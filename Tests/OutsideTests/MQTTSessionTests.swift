import Testing

@testable import Outside

@Suite struct MQTTSessionTests {
    private static let welcome: [UInt8] = [0x20, 2, 0, 0]

    private func session(keepAliveSeconds: Int = 20) throws -> MQTTSession {
        var session = MQTTSession(keepAliveSeconds: keepAliveSeconds, at: 0)
        try session.receive(Self.welcome)
        return session
    }

    @Test func `the entry says who comes, and that nothing be forgotten`() {
        let broker = MQTTBroker(
            host: "h",
            port: 1,
            isSecure: true,
            user: "u",
            password: "p",
            clientID: "c"
        )
        #expect(
            MQTTRequest.entry(broker) == [
                0x10, 19, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 0xC0, 0, 20, 0, 1, 0x63, 0, 1, 0x75, 0,
                1, 0x70,
            ]
        )
    }

    @Test func `a long message has a long length`() {
        let bytes = MQTTRequest.message("t", [UInt8](repeating: 7, count: 200), id: 258)
        #expect(bytes.prefix(8) == [0x32, 0xCD, 0x01, 0, 1, 0x74, 1, 2])
        #expect(bytes.count == 3 + 205)
    }

    @Test func `a message comes with its id, in pieces of any size`() throws {
        let bytes = MQTTRequest.message("a/b", Array("hello".utf8), id: 77)
        let expected = MQTTMessage(topic: "a/b", payload: Array("hello".utf8), id: 77)
        for size in 1...bytes.count {
            var session = try session()
            var rest = bytes[...]
            while !rest.isEmpty {
                try session.receive(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(session.takeMessages(countMax: 2) == [expected])
            #expect(session.messageCount == 0)
        }
    }

    @Test func `a message of quality 0 has no id, a repeated one says so`() throws {
        var session = try session()
        try session.receive([0x30, 4, 0, 1, 0x61, 9] + [0x3A, 6, 0, 1, 0x61, 0, 5, 9])
        #expect(
            session.takeMessages(countMax: 9) == [
                MQTTMessage(topic: "a", payload: [9]),
                MQTTMessage(topic: "a", payload: [9], id: 5, isRepeated: true),
            ]
        )
    }

    @Test func `no more is taken than was asked for`() throws {
        var session = try session()
        for id in 1...3 { try session.receive(MQTTRequest.message("a", [], id: UInt16(id))) }
        #expect(session.takeMessages(countMax: 2).map(\.id) == [1, 2])
        #expect(session.takeMessages(countMax: 2).map(\.id) == [3])
    }

    @Test(arguments: 1...5 as ClosedRange<UInt8>)
    func `a broker that refuses says why`(code: UInt8) {
        var session = MQTTSession(keepAliveSeconds: 20, at: 0)
        #expect(throws: MQTTError.refused(code: code)) { try session.receive([0x20, 2, 0, code]) }
        #expect(!session.isIn)
    }

    @Test func `a broker that has kept our subscriptions says so`() throws {
        #expect(try !session().isResumed)
        var session = MQTTSession(keepAliveSeconds: 20, at: 0)
        try session.receive([0x20, 2, 1, 0])
        #expect(session.isResumed)
    }

    @Test func `a subscription stands when the broker has agreed to all of it`() throws {
        var session = try session()
        _ = session.subscription(["a", "b"])
        #expect(!session.isSubscribed)
        try session.receive([0x90, 4, 0, 1, 1, 1])
        #expect(session.isSubscribed)
        _ = session.subscription(["c", "d"])
        #expect(throws: MQTTError.subscriptionRefused("d")) {
            try session.receive([0x90, 4, 0, 2, 1, 0x80])
        }
    }

    @Test func `what we published is answered once`() throws {
        var session = try session()
        let ids = (0..<3).map { _ in session.message("a", []).id }
        #expect(Set(ids).count == 3)
        try session.receive(MQTTRequest.taken(ids[1]) + MQTTRequest.taken(ids[1]))
        try session.receive(MQTTRequest.taken(999))
        #expect(session.takeAnswered() == [ids[1]])
        #expect(session.takeAnswered() == [])
    }

    @Test func `ids begin anew and pass over those in use`() throws {
        var session = try session()
        let first = session.message("a", []).id
        for _ in 1..<Int(UInt16.max) {
            let id = session.message("a", []).id
            try session.receive(MQTTRequest.taken(id))
        }
        #expect(session.message("a", []).id == first + 1)
    }

    @Test func `a quiet connection asks for a sign of life, and is over without one`() throws {
        var session = try session(keepAliveSeconds: 20)
        #expect(session.pulse(at: 9_999) == .none)
        #expect(session.pulse(at: 10_000) == .say)
        session.said(at: 10_000)
        #expect(session.pulse(at: 29_999) == .none)
        #expect(session.pulse(at: 30_000) == .isOver)
        try session.receive([0xD0, 0])
        #expect(session.pulse(at: 30_000) == .say)
    }

    @Test(
        arguments: [
            [0x00, 0], [0x10, 0], [0xF0, 0], [0x36, 5, 0, 1, 0x61, 0, 1], [0x30, 2, 0, 9],
            [0x40, 1, 0], [0x40, 3, 0, 1, 9], [0x20, 2, 0, 0], [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1],
            [0x30, 0xFF, 0xFF, 0xFF, 0x7F],
        ] as [[UInt8]]
    )
    func `what no broker may say ends the connection`(bytes: [UInt8]) throws {
        var session = try session()
        #expect(throws: MQTTError.self) { try session.receive(bytes) }
    }

    @Test func `nothing is heard before the welcome`() {
        var session = MQTTSession(keepAliveSeconds: 20, at: 0)
        #expect(throws: MQTTError.self) { try session.receive([0xD0, 0]) }
    }

    @Test func `what came before broken words is kept`() throws {
        var session = try session()
        #expect(throws: MQTTError.self) {
            try session.receive(MQTTRequest.message("a", [1], id: 1) + [0, 0])
        }
        #expect(session.takeMessages(countMax: 9).map(\.id) == [1])
    }
}
