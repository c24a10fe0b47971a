import Synchronization

/// One process's row of the scoreboard, and the figures that only that process adds to.
package struct Slot {
    let process: UnsafeMutablePointer<Atomic<UInt64>>
    let counters: UnsafeMutablePointer<Atomic<UInt64>>
    let histograms: UnsafeMutablePointer<Atomic<UInt64>>
    let routes: UnsafeMutablePointer<Atomic<UInt64>>
    let routeCount: Int
    package let number: Int

    /// Something came, and until `rests` the process works on it.
    package func woke(at nanoseconds: UInt64) {
        self[.awakeSince] = nanoseconds
    }

    /// Waits for whatever comes next.
    package func rests() {
        self[.awakeSince] = 0
    }

    /// Counting needs no clock of its own: the caller has read it for the access log anyway.
    package func began(route: Int, at nanoseconds: UInt64) {
        self[.route] = UInt64(route)
        self[.busySince] = nanoseconds
    }

    package func finished(route: Int, status: Int, nanoseconds: UInt64, at now: UInt64) {
        count(route: route, status: status, nanoseconds: nanoseconds)
        idle()
        woke(at: now)
    }

    /// One answer of several that were served together; `idle` ends the batch.
    package func count(route: Int, status: Int, nanoseconds: UInt64) {
        precondition(route >= 0 && route < routeCount, "a route outside the scoreboard's range")
        let base = routes + route * Layout.wordsPerRoute
        let bucket = StatusCode.columns + LatencyBucket.column(of: nanoseconds)
        Slot.add(1, to: base + StatusCode.column(of: status))
        Slot.add(1, to: base + bucket)
        Slot.add(nanoseconds, to: base + (StatusCode.columns + LatencyBucket.columns))
        Slot.add(1, to: process + ProcessWord.requests.rawValue)
    }

    package func idle() {
        self[.busySince] = 0
    }

    package func add(_ counter: Counter, _ amount: UInt64) {
        Slot.add(amount, to: counters + counter.rawValue)
    }

    package func observe(_ histogram: Histogram, _ size: UInt64) {
        let base = histograms + histogram.rawValue * Histogram.words
        Slot.add(1, to: base + histogram.column(of: size))
        Slot.add(size, to: base + Histogram.columns)
    }

    package var state: ProcessState {
        get { ProcessState(rawValue: self[.state]) ?? .free }
        nonmutating set { self[.state] = newValue.rawValue }
    }

    package var connections: Int {
        get { Int(self[.connections]) }
        nonmutating set { self[.connections] = UInt64(newValue) }
    }

    /// The newest event that a hub has told its subscribers of.
    package var position: Int64 {
        get { Int64(self[.position]) }
        nonmutating set { self[.position] = UInt64(max(0, newValue)) }
    }

    package var requests: UInt64 { self[.requests] }

    package func setPid(_ pid: Int32) {
        self[.pid] = UInt64(pid)
    }

    package func setMemory(_ memory: MemoryUse) {
        self[.residentBytes] = memory.residentBytes
        self[.privateBytes] = memory.privateBytes
    }

    /// What the process serves at the moment and for how long; `nil` while it is idle.
    package func busy(at now: UInt64) -> (route: Int, nanoseconds: UInt64)? {
        let since = self[.busySince]
        guard since > 0, now > since else { return nil }
        return (Int(self[.route]), now - since)
    }

    /// For how long the process has neither rested nor finished a request; `nil` while it rests.
    package func awakeNanoseconds(at now: UInt64) -> UInt64? {
        let since = self[.awakeSince]
        return since > 0 && now > since ? now - since : nil
    }

    subscript(word: ProcessWord) -> UInt64 {
        get { process[word.rawValue].load(ordering: .relaxed) }
        nonmutating set { process[word.rawValue].store(newValue, ordering: .relaxed) }
    }

    // The process is the only writer of its figures, so a plain load and store count right.
    private static func add(_ amount: UInt64, to word: UnsafeMutablePointer<Atomic<UInt64>>) {
        let sum = word.pointee.load(ordering: .relaxed) &+ amount
        word.pointee.store(sum, ordering: .relaxed)
    }
}
