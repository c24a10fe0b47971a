/// After a failure nobody asks for a while; then one call tries, and failing doubles the pause.
struct Circuit: Equatable {
    static let pauseMsFirst: UInt64 = 1000
    static let pauseMsMax: UInt64 = 5000

    private var pauseMs = Circuit.pauseMsFirst
    private var closedAgainAt: UInt64?

    func admits(at nanoseconds: UInt64) -> Bool {
        guard let closedAgainAt else { return true }
        return nanoseconds >= closedAgainAt
    }

    mutating func fail(at nanoseconds: UInt64) {
        if closedAgainAt != nil { pauseMs = min(pauseMs * 2, Circuit.pauseMsMax) }
        closedAgainAt = nanoseconds + pauseMs * 1_000_000
    }

    mutating func succeed() {
        self = Circuit()
    }
}
