import Testing

@testable import Hub

@Suite struct PaceTests {
    private static let start: UInt64 = 1_000_000_000
    private static let ms: UInt64 = 1_000_000
    private var pace = Pace()

    private mutating func allows(_ eventCount: Int, atMs: UInt64, isTaken: Bool) -> Bool {
        pace.allows(eventCount, at: PaceTests.start + atMs * PaceTests.ms) { isTaken }
    }

    private mutating func began(_ eventCount: Int, isLarge: Bool = true) {
        pace.began(eventCount, isLarge: isLarge, at: PaceTests.start)
    }

    @Test mutating func `a lone event waits for nothing`() {
        #expect(allows(1, atMs: 0, isTaken: false))
    }

    @Test mutating func `nothing waits for a small round`() {
        began(1, isLarge: false)
        #expect(allows(1, atMs: 0, isTaken: false))
    }

    @Test mutating func `what comes during a large round waits until that is taken`() {
        began(2)
        #expect(!allows(4, atMs: 40, isTaken: false))
        #expect(allows(4, atMs: 41, isTaken: true))
    }

    @Test mutating func `fewer events than last time wait for as long again`() {
        began(4)
        #expect(!allows(1, atMs: 40, isTaken: true))
        #expect(!allows(3, atMs: 79, isTaken: false))
        #expect(allows(1, atMs: 80, isTaken: false))
    }

    @Test mutating func `as many events as last time go at once when that is taken`() {
        began(4)
        #expect(!allows(1, atMs: 40, isTaken: true))
        #expect(allows(4, atMs: 41, isTaken: false))
    }

    @Test mutating func `a round that is never taken holds up the next for a quarter of a second`()
    {
        began(1)
        #expect(!allows(9, atMs: 249, isTaken: false))
        #expect(allows(9, atMs: 250, isTaken: false))
    }

    @Test mutating func `each large round counts anew`() {
        began(1)
        #expect(allows(1, atMs: 10, isTaken: true))
        pace.began(1, isLarge: true, at: PaceTests.start + 10 * PaceTests.ms)
        #expect(!allows(1, atMs: 11, isTaken: false))
    }
}
