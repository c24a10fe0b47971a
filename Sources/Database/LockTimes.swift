/// How long a transaction waited for the rows that it locked, and since when it has the first.
struct LockTimes {
    private(set) var waitNanoseconds: UInt64 = 0
    /// Nothing while it has locked no row to look at it.
    private(set) var heldSince: UInt64?

    mutating func add(from began: UInt64, to granted: UInt64) {
        waitNanoseconds += granted - began
        heldSince = heldSince ?? granted
    }
}
