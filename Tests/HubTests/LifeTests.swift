import Testing

@testable import Hub

/// Connections whose life is told by hand; times are seconds for the reader's sake.
@Suite struct LifeTests {
    private struct Script {
        var life = Life(at: 0)
        var now: Int64 = 0

        mutating func send(_ occurrence: Life.Occurrence, after seconds: Double = 0)
            -> Life.Action
        {
            now += Int64(seconds * 1_000)
            return life.handle(occurrence, at: now)
        }

        static func live(endsIn seconds: Double? = nil) -> Script {
            var script = Script()
            let endsAt = seconds.map { Int64($0 * 1_000) }
            #expect(script.send(.granted(endsAt: endsAt, answersBy: nil)) == .catchUp)
            #expect(script.send(.wrote(isWhole: true)) == .catchUp)
            #expect(script.send(.caughtUp) == .nothing)
            #expect(script.life.phase == .live)
            return script
        }

        static func polling(seconds: Double) -> Script {
            var script = Script()
            let by = Int64(seconds * 1_000)
            #expect(script.send(.granted(endsAt: nil, answersBy: by)) == .catchUp)
            return script
        }
    }

    @Test func `who sends no request is not waited for`() {
        var script = Script()
        #expect(script.send(.tick, after: 4.9) == .nothing)
        #expect(script.send(.tick, after: 0.2) == .close(.silent))
        #expect(script.life.phase == .gone)
    }

    @Test func `a stream that has all is sent what is new`() {
        var script = Script.live()
        #expect(script.send(.round(bytes: 10)) == .send)
        #expect(script.send(.wrote(isWhole: true)) == .nothing)
        #expect(script.send(.round(bytes: 10)) == .send)
    }

    @Test func `who is still catching up finds what is new by itself`() {
        var script = Script()
        _ = script.send(.granted(endsAt: nil, answersBy: nil))
        #expect(script.send(.round(bytes: 10)) == .nothing)
        #expect(script.send(.wrote(isWhole: true)) == .catchUp)
    }

    @Test func `a heartbeat comes every 15 s`() {
        var script = Script.live()
        #expect(script.send(.tick, after: 14.9) == .nothing)
        #expect(script.send(.tick, after: 0.1) == .heartbeat)
        #expect(script.send(.tick, after: 14.9) == .nothing)
        #expect(script.send(.tick, after: 0.1) == .heartbeat)
    }

    @Test func `who reads again goes on where it was`() {
        var script = Script.live()
        _ = script.send(.round(bytes: 10))
        #expect(script.send(.wrote(isWhole: false)) == .nothing)
        #expect(script.life.phase == .blocked)
        #expect(script.send(.round(bytes: 100_000)) == .nothing)
        #expect(script.send(.wrote(isWhole: true)) == .catchUp)
        #expect(script.send(.caughtUp) == .nothing)
        #expect(script.send(.round(bytes: 200_000)) == .send)
    }

    @Test func `who does not read is cut off when too much waits`() {
        var script = Script.live()
        _ = script.send(.round(bytes: 10))
        _ = script.send(.wrote(isWhole: false))
        #expect(script.send(.round(bytes: Life.owedBytesMax)) == .nothing)
        #expect(script.send(.round(bytes: 1)) == .close(.cutOff))
    }

    @Test func `who reads nothing at all is cut off in time, and who reads a little is not`() {
        var script = Script.live()
        _ = script.send(.round(bytes: 10))
        _ = script.send(.wrote(isWhole: false))
        #expect(script.send(.tick, after: 29) == .nothing)
        #expect(script.send(.wrote(isWhole: false)) == .nothing)
        #expect(script.send(.tick, after: 29) == .nothing)
        #expect(script.send(.tick, after: 1) == .close(.cutOff))
    }

    @Test func `a stream ends when its rights do`() {
        var script = Script.live(endsIn: 20)
        #expect(script.send(.tick, after: 19) == .heartbeat)
        #expect(script.send(.tick, after: 1) == .end)
        #expect(script.send(.round(bytes: 1)) == .nothing)
        #expect(script.send(.wrote(isWhole: true)) == .close(.done))
        #expect(script.send(.left) == .nothing)
    }

    @Test func `rights end while the socket takes nothing`() {
        var script = Script.live(endsIn: 5)
        _ = script.send(.round(bytes: 10))
        _ = script.send(.wrote(isWhole: false))
        #expect(script.send(.tick, after: 5) == .end)
        #expect(script.send(.wrote(isWhole: false)) == .nothing)
        #expect(script.send(.tick, after: 1.9) == .nothing)
        #expect(script.send(.tick, after: 0.1) == .close(.cutOff))
    }

    @Test func `a poll is answered with what was found`() {
        var script = Script.polling(seconds: 25)
        #expect(script.send(.found) == .send)
        #expect(script.send(.wrote(isWhole: true)) == .close(.done))
    }

    @Test func `a poll that waits is answered with what comes, and only once`() {
        var script = Script.polling(seconds: 25)
        #expect(script.send(.caughtUp) == .nothing)
        #expect(script.send(.tick, after: 20) == .nothing)
        #expect(script.send(.round(bytes: 10)) == .send)
        #expect(script.send(.round(bytes: 10)) == .nothing)
        #expect(script.send(.wrote(isWhole: true)) == .close(.done))
    }

    @Test func `a poll is answered in time with nothing`() {
        var script = Script.polling(seconds: 25)
        _ = script.send(.caughtUp)
        #expect(script.send(.tick, after: 25) == .answerEmpty)
        #expect(script.send(.wrote(isWhole: false)) == .nothing)
        #expect(script.send(.wrote(isWhole: true)) == .close(.done))
    }

    @Test func `a poll that waits for nothing is answered at once`() {
        var script = Script.polling(seconds: 0)
        #expect(script.send(.caughtUp) == .answerEmpty)
    }

    @Test func `a poll is answered when its process ends`() {
        var script = Script.polling(seconds: 25)
        #expect(script.send(.mustEnd) == .answerEmpty)
        var waiting = Script.polling(seconds: 25)
        _ = waiting.send(.caughtUp)
        #expect(waiting.send(.mustEnd) == .answerEmpty)
    }

    @Test(arguments: [Life.Phase.accepted, .catchingUp, .live, .blocked, .ending])
    func `whoever leaves is let go of at once, and nothing is done for them later`(
        phase: Life.Phase
    ) {
        var script = Script()
        if phase != .accepted { _ = script.send(.granted(endsAt: nil, answersBy: nil)) }
        if phase == .live || phase == .blocked { _ = script.send(.caughtUp) }
        if phase == .blocked { _ = script.send(.wrote(isWhole: false)) }
        if phase == .ending { _ = script.send(.mustEnd) }
        #expect(script.life.phase == phase)
        #expect(script.send(.left) == .close(.left))
        for occurrence in Walk.occurrences {
            #expect(script.send(occurrence, after: 60) == .nothing)
        }
    }

    @Test(arguments: 1...40)
    func `on any way it is closed once, and written to only while it is open`(seed: UInt64) {
        var walk = Walk(seed: seed)
        for _ in 0..<400 { walk.step() }
        walk.end()
        #expect(walk.closings == 1)
        #expect(walk.faults == [])
    }

    /// A connection to which things happen by chance, as a socket could make them happen.
    private struct Walk {
        static let occurrences: [Life.Occurrence] = [
            .caughtUp, .found, .round(bytes: 1), .wrote(isWhole: true), .wrote(isWhole: false),
            .tick, .mustEnd, .left,
        ]

        private var script = Script()
        private var state: UInt64
        private(set) var closings = 0
        private(set) var faults: [String] = []

        init(seed: UInt64) {
            state = seed &* 0x9E37_79B9_7F4A_7C15
            let answersBy: Int64? = seed % 2 == 0 ? 25_000 : nil
            note(script.send(.granted(endsAt: 900_000, answersBy: answersBy)))
        }

        mutating func step() {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            let chance = Int(state % 100)
            let seconds = Double(state / 100 % 3)
            switch chance {
            case ..<40: note(script.send(.round(bytes: 3_000), after: seconds))
            case ..<60: note(script.send(.wrote(isWhole: chance < 50), after: seconds))
            case ..<70: note(script.send(.caughtUp, after: seconds))
            case ..<99: note(script.send(.tick, after: seconds))
            default: note(script.send(.mustEnd, after: seconds))
            }
        }

        mutating func end() {
            note(script.send(.mustEnd))
            note(script.send(.tick, after: 10))
        }

        private mutating func note(_ action: Life.Action) {
            if closings > 0, action != .nothing { faults.append("\(action) after the end") }
            if case .close = action { closings += 1 }
        }
    }
}
