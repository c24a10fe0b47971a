/// Goes over all places of subscribers again and again, a part at each step.
struct Rotation {
    let wholeMs: Int64
    let stepMs: Int64
    private var next: Int32 = 0
    private var steppedAt: Int64 = 0

    init(wholeMs: Int64, stepMs: Int64) {
        self.wholeMs = wholeMs
        self.stepMs = stepMs
    }

    /// Those whose turn it is, when it is time for a step.
    mutating func turn(of all: Range<Int32>, at now: Int64) -> Range<Int32>? {
        guard now - steppedAt >= stepMs else { return nil }
        steppedAt = now
        let steps = Int32(wholeMs / stepMs)
        let start = next < all.upperBound ? next : 0
        next = min(all.upperBound, start + all.upperBound / steps + 1)
        return start..<next
    }
}
