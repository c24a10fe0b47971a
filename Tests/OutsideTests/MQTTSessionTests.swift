import Testing

@testable import Outside

@Suite struct MQTTSessionTests {
    private static let welcome: [UInt8] = [0x20, 3, 0, 0, 0]

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
                0x10, 28, 0, 4, 0x4D, 0x51, 0x54, 0x54, 5, 0xC0, 0, 20, 8, 0x11, 0xFF, 0xFF, 0xFF,
                0xFF, 0x21, 0x03, 0xE8, 0, 1, 0x63, 0, 1, 0x75, 0, 1, 0x70,
            ]
        )
    }

    @Test func `a long message has a long length`() {
        let bytes = MQTTRequest.message("t", [UInt8](repeating: 7, count: 200), id: 258)
        #expect(bytes.prefix(9) == [0x32, 0xCE, 0x01, 0, 1, 0x74, 1, 2, 0])
        #expect(bytes.count == 3 + 206)
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
        try session.receive([0x30, 5, 0, 1, 0x61, 0, 9] + [0x3A, 7, 0, 1, 0x61, 0, 5, 0, 9])
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

    @Test(arguments: 0x84...0x88 as ClosedRange<UInt8>)
    func `a broker that refuses says why`(code: UInt8) {
        var session = MQTTSession(keepAliveSeconds: 20, at: 0)
        #expect(throws: MQTTError.refused(code: code)) {
            try session.receive([0x20, 3, 0, code, 0])
        }
        #expect(!session.isIn)
    }

    @Test func `a broker that has kept our subscriptions says so`() throws {
        #expect(try !session().isResumed)
        var session = MQTTSession(keepAliveSeconds: 20, at: 0)
        try session.receive([0x20, 6, 1, 0, 3, 0x21, 0, 9])
        #expect(session.isResumed)
    }

    @Test func `a subscription stands when the broker has agreed to all of it`() throws {
        var session = try session()
        _ = session.subscription(["a", "b"])
        #expect(!session.isSubscribed)
        try session.receive([0x90, 5, 0, 1, 0, 1, 1])
        #expect(session.isSubscribed)
        _ = session.subscription(["c", "d"])
        #expect(throws: MQTTError.subscriptionRefused("d")) {
            try session.receive([0x90, 5, 0, 2, 0, 1, 0x87])
        }
    }

    @Test func `what we published is answered once`() throws {
        var session = try session()
        let ids = (0..<3).map { _ in session.message("a", []).id }
        #expect(Set(ids).count == 3)
        try session.receive(MQTTRequest.taken(ids[1]) + MQTTRequest.taken(ids[1]))
        try session.receive(MQTTRequest.taken(999))
        #expect(session.takeAnswers() == [MQTTAnswer(id: ids[1], code: 0)])
        #expect(session.takeAnswers() == [])
    }

    @Test(
        arguments: [
            ([0x40, 2, 0, 1], .taken), ([0x40, 3, 0, 1, 0], .taken),
            ([0x40, 3, 0, 1, 0x10], .forNobody), ([0x40, 4, 0, 1, 0x10, 0], .forNobody),
            ([0x40, 3, 0, 1, 0x87], .refused),
        ] as [([UInt8], MQTTAnswer.Outcome)]
    )
    func `an answer tells whether anybody gets it`(
        bytes: [UInt8],
        outcome: MQTTAnswer.Outcome
    ) throws {
        var session = try session()
        #expect(session.message("a", []).id == 1)
        try session.receive(bytes)
        #expect(session.takeAnswers().map(\.outcome) == [outcome])
    }

    @Test func `a message may end, and what others say of theirs is passed over`() throws {
        let bytes = MQTTRequest.message("a", [9], id: 1, lifeSeconds: 0x0102_0304)
        #expect(bytes == [0x32, 12, 0, 1, 0x61, 0, 1, 5, 2, 1, 2, 3, 4, 9])
        var session = try session()
        try session.receive(bytes)
        #expect(session.takeMessages(countMax: 1) == [MQTTMessage(topic: "a", payload: [9], id: 1)])
    }

    @Test func `nothing is unanswered once all questions are`() throws {
        var session = try session()
        #expect(!session.isUnanswered)
        #expect(session.question() + session.question() == [0xC0, 0, 0xC0, 0])
        try session.receive([0xD0, 0])
        #expect(session.isUnanswered)
        try session.receive([0xD0, 0])
        #expect(!session.isUnanswered)
    }

    @Test func `a broker that ends the connection says why`() throws {
        var session = try session()
        #expect(throws: MQTTError.ended(code: 0x8E)) { try session.receive([0xE0, 1, 0x8E]) }
        #expect(throws: MQTTError.ended(code: 0)) { try session.receive([0xE0, 0]) }
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
            [0x40, 1, 0], [0x40, 5, 0, 1, 9, 0, 0], [0x40, 4, 0, 1, 9, 1], [0x20, 3, 0, 0, 0],
            [0x90, 3, 0, 1, 4], [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1],
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
