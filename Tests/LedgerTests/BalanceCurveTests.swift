import Testing

@testable import Ledger

@Suite struct BalanceCurveTests {
    @Test(arguments: [0, 1, 2, 47, 48, 49, 1_000_003, .max] as [Int64])
    func `points are few, in order, and hold both ends`(last: Int64) {
        let sequences = BalanceCurve.sequences(upTo: last, countMax: 48)
        #expect(sequences.count == Int(min(last, 48)))
        #expect(sequences == Array(Set(sequences)).sorted())
        guard last > 0 else { return }
        #expect(sequences.first == 1 && sequences.last == last)
    }
}
