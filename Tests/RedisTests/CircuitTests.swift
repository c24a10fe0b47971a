import Testing

@testable import Redis

@Suite struct CircuitTests {
    private let second: UInt64 = 1_000_000_000

    @Test func `a failure stops calls for a second, then one may try`() {
        var circuit = Circuit()
        #expect(circuit.admits(at: 0))
        circuit.fail(at: 0)
        #expect(!circuit.admits(at: 0))
        #expect(!circuit.admits(at: second - 1))
        #expect(circuit.admits(at: second))
    }

    @Test func `each further failure doubles the pause, up to five seconds`() {
        var circuit = Circuit()
        var now: UInt64 = 0
        var pauses: [UInt64] = []
        for _ in 0..<5 {
            circuit.fail(at: now)
            let start = now
            while !circuit.admits(at: now) { now += second / 2 }
            pauses.append((now - start) * 2 / second)
        }
        #expect(pauses == [2, 4, 8, 10, 10])
    }

    @Test func `a success forgets the failures before it`() {
        var circuit = Circuit()
        circuit.fail(at: 0)
        circuit.fail(at: second)
        circuit.succeed()
        #expect(circuit.admits(at: second))
        circuit.fail(at: 10 * second)
        #expect(circuit.admits(at: 11 * second))
    }
}
