/// Where everything lies in the shared memory, counted in words of eight bytes.
///
/// The process table comes first, the figures after it: reading the table touches few pages.
struct Layout {
    static let wordsPerCacheLine = 8
    static let wordsPerProcess = 16
    static let wordsPerRoute = rounded(StatusCode.columns + LatencyBucket.columns + 1)
    static let wordsOfCounters = rounded(Counter.allCases.count)
    static let wordsOfHistograms = rounded(Histogram.allCases.count * Histogram.words)
    static let wordsPerSample = rounded(LoadSample.words)

    let slots: Int
    let routes: Int

    var wordsPerSlot: Int {
        Layout.wordsOfCounters + Layout.wordsOfHistograms + routes * Layout.wordsPerRoute
    }

    var words: Int { board + Layout.wordsPerCacheLine }

    func process(_ slot: Int) -> Int { slot * Layout.wordsPerProcess }

    func counters(_ slot: Int) -> Int {
        slots * Layout.wordsPerProcess + slot * wordsPerSlot
    }

    func histograms(_ slot: Int) -> Int { counters(slot) + Layout.wordsOfCounters }

    func routes(_ slot: Int) -> Int { histograms(slot) + Layout.wordsOfHistograms }

    /// How many samples were taken; the ring of them begins a cache line later.
    var sampleCount: Int { slots * (Layout.wordsPerProcess + wordsPerSlot) }
    var samples: Int { sampleCount + Layout.wordsPerCacheLine }

    /// What the host's processes tell each other of the relay, a cache line of its own.
    var board: Int { samples + SharedScoreboard.samplesMax * Layout.wordsPerSample }

    private static func rounded(_ words: Int) -> Int {
        (words + wordsPerCacheLine - 1) / wordsPerCacheLine * wordsPerCacheLine
    }
}

/// The words of a row of the process table.
enum ProcessWord: Int, CaseIterable {
    case state, role, index, pid, startedAt, generation, restarts
    case awakeSince, busySince, route, requests, connections
    case residentBytes, privateBytes
    case position
}
