import Testing

@testable import FastCGI

@Suite final class MusterTests {
    private var now: UInt64 = 0
    private lazy var muster = Muster(
        nanoseconds: { [unowned self] in now },
        pause: { [unowned self] in now += UInt64($0) * 1_000 }
    )

    /// How many are served together, and after how many microseconds, when they become ready at
    /// these times and serving them takes so long.
    private func served(
        _ arrivals: [UInt64],
        taking serving: UInt64
    ) -> (count: Int32, waited: UInt64) {
        let start = now
        let look = { [unowned self] in Int32(arrivals.count { start + $0 * 1_000 <= now }) }
        let count = muster.wait(from: look(), look)
        let waited = (now - start) / 1_000
        now += serving * 1_000
        muster.served(inNanoseconds: serving * 1_000)
        return (count, waited)
    }

    @Test func `a lone request waits for nobody`() {
        for _ in 1...3 {
            #expect(served([0], taking: 2_000) == (1, 0))
        }
    }

    @Test func `those who were served together are waited for, and served together again`() {
        _ = served([0, 0, 0, 0], taking: 2_000)
        #expect(served([0, 100, 200, 300], taking: 2_000) == (4, 300))
    }

    @Test func `who comes long after the others is not waited for, and not expected again`() {
        _ = served([0, 0, 0], taking: 2_000)
        #expect(served([0, 50, 1_000], taking: 2_000) == (2, 200))
        #expect(served([0, 0], taking: 2_000) == (2, 0))
    }

    @Test func `nobody waits for longer than serving took last time`() {
        _ = served([0, 0, 0, 0, 0, 0], taking: 200)
        #expect(served([0, 100, 200, 300, 400, 500], taking: 200) == (3, 200))
    }

    @Test func `after a slow round the wait has a bound of its own`() {
        let many = (0..<100).map { UInt64($0) * 100 }
        _ = served([UInt64](repeating: 0, count: many.count), taking: 900_000)
        #expect(served(many, taking: 1) == (31, 3_000))
    }

    @Test func `more than last time are all taken`() {
        _ = served([0], taking: 1_000)
        #expect(served([0, 0, 0, 0], taking: 1_000) == (4, 0))
    }
}
