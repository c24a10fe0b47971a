import Testing

@testable import FastCGI

@Suite final class MusterTests {
    private static let ms: UInt64 = 1_000_000
    private var now: UInt64 = 0
    /// When the ready requests become as many as the index says.
    private var arrivals: [UInt64] = []
    private lazy var muster = Muster(
        nanoseconds: { [unowned self] in now },
        pause: { [unowned self] in now += UInt64($0) * 1_000 }
    )

    /// How many are served together, and after how long, when they become ready at these times.
    private func served(
        _ arrivalsMs: [Double],
        takingMs: UInt64
    ) -> (count: Int32, waitedMs: UInt64) {
        let start = now
        let arrivals = arrivalsMs.map { start + UInt64($0 * Double(MusterTests.ms)) }
        let look = { [unowned self] in Int32(arrivals.count { $0 <= now }) }
        let count = muster.wait(from: look(), look)
        let waited = now - start
        now += takingMs * MusterTests.ms
        muster.served(inNanoseconds: takingMs * MusterTests.ms)
        return (count, waited / MusterTests.ms)
    }

    @Test func `a lone request waits for nobody`() {
        for _ in 1...3 {
            #expect(served([0], takingMs: 2) == (1, 0))
        }
    }

    @Test func `those who were served together are waited for, and served together again`() {
        _ = served([0, 0, 0], takingMs: 2)
        #expect(served([0, 0.5, 1.2], takingMs: 2) == (3, 1))
    }

    @Test func `nobody waits for longer than serving took last time, and not twice in vain`() {
        _ = served([0, 0, 0], takingMs: 1)
        #expect(served([0, 0.2, 5], takingMs: 1) == (2, 1))
        #expect(served([0, 0], takingMs: 1) == (2, 0))
        #expect(served([0, 5], takingMs: 1) == (1, 1))
        #expect(served([0, 5], takingMs: 1) == (1, 0))
    }

    @Test func `after a slow round the wait has a bound of its own`() {
        _ = served([0, 0], takingMs: 900)
        #expect(served([0, 50], takingMs: 1) == (1, 3))
    }

    @Test func `more than last time are all taken`() {
        _ = served([0], takingMs: 1)
        #expect(served([0, 0, 0, 0], takingMs: 1) == (4, 0))
    }
}
