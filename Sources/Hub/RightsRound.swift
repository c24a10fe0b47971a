package import Base

/// Whose rights still stand, with the version of their rights: a port, filled by the room that keeps
/// people and sessions.
package typealias RightsPort = (_ bases: [Warrant.Basis]) throws -> [Warrant.Basis: Int64]

/// Whom to ask about next: who has just come first, and all the others in turn.
struct RightsRound {
    /// Everybody is asked about within this.
    static let wholeMs: Int64 = 3_000
    static let stepMs: Int64 = 500
    /// In one statement.
    static let basesMax = 512

    private var arrived: [Int32] = []
    private var next: Int32 = 0
    private var steppedAt: Int64 = 0

    /// Whoever let them in may have known their rights as they were some seconds before.
    mutating func note(_ number: Int32) {
        arrived.append(number)
    }

    mutating func isDue(at now: Int64) -> Bool {
        guard now - steppedAt >= RightsRound.stepMs else { return false }
        steppedAt = now
        return true
    }

    /// Of all places of subscribers, those whose turn it is.
    mutating func turn(of all: Range<Int32>) -> [Int32] {
        defer { arrived.removeAll() }
        let steps = Int32(RightsRound.wholeMs / RightsRound.stepMs)
        let start = next < all.upperBound ? next : 0
        let end = min(all.upperBound, start + all.upperBound / steps + 1)
        next = end
        return arrived + Array(start..<max(start, end))
    }
}
