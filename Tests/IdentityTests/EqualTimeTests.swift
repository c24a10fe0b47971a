import Testing

@testable import Identity

@Suite struct EqualTimeTests {
    private static let beat = EqualTime.beatNanoseconds

    @Test(arguments: [0, 1, 2_000_000, 39_999_999, 40_000_000, 40_000_001, 123_456_789])
    func `an answer goes out on a beat since the request came`(spent: UInt64) {
        let rest = EqualTime.restNanoseconds(began: 1_000, now: 1_000 + spent)
        #expect((spent + rest).isMultiple(of: Self.beat))
        #expect(rest > 0 && rest <= Self.beat)
    }

    @Test func `a request that came after now waits one beat`() {
        #expect(EqualTime.restNanoseconds(began: 2, now: 1) == Self.beat)
    }
}
