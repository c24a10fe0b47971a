import Testing

@testable import Cache

@Suite struct RateTableTests {
    private let once = RateRule(name: "once", limit: 1, windowSeconds: 10)

    @Test func `the table never grows beyond its maximum, not even when all are full`() {
        var table = RateTable(entriesMax: 100)
        for subject in 0..<1000 {
            _ = table.take([("\(subject)", once)], at: 1)
            #expect(table.count <= 100)
        }
        #expect(table.count > 0)
    }

    @Test func `what has ended makes room first`() {
        var table = RateTable(entriesMax: 10)
        for subject in 0..<9 { _ = table.take([("old\(subject)", once)], at: 1) }
        _ = table.take([("young", once)], at: 9_000_000_000)
        _ = table.take([("next", once)], at: 11_000_000_000)
        #expect(table.count == 2)
        let young = table.take([("young", once)], at: 11_000_000_000)
        #expect(!young.allowed)
    }
}
