package import Base
import CShims
import Glibc
import Synchronization

/// Shared memory in which every process writes what it does, and any process reads what all do.
///
/// It is made before the first fork and lives as long as the processes; an `exec` begins anew.
/// Only the supervisor claims and frees slots, so that no lock is needed.
package struct SharedScoreboard {
    /// Enough for every role's processes twice over: the old ones drain while the new ones serve.
    package static let slotsMax = 256
    package static let supervisorSlot = 0

    private let layout: Layout
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    package var routeCount: Int { layout.routes }

    package init(routes: Int) throws(Fault) {
        layout = Layout(slots: SharedScoreboard.slotsMax, routes: routes)
        let bytes = layout.words * MemoryLayout<UInt64>.size
        let memory = mmap(
            nil,
            bytes,
            PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS,
            -1,
            0
        )
        guard let memory, memory != MAP_FAILED else {
            throw Fault("no shared memory for the scoreboard (\(bytes) bytes), errno \(errno)")
        }
        words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: layout.words)
    }

    package func slot(_ number: Int) -> Slot {
        precondition(number >= 0 && number < layout.slots, "a slot outside the scoreboard")
        return Slot(
            process: words + layout.process(number),
            counters: words + layout.counters(number),
            histograms: words + layout.histograms(number),
            routes: words + layout.routes(number),
            routeCount: layout.routes,
            number: number
        )
    }

    /// Every process that there is, the supervisor first.
    package func processes(at now: UInt64 = monotonicNanoseconds()) -> [ProcessRow] {
        (0..<layout.slots).compactMap { ProcessRow(slot($0), at: now) }
    }

    package func total(_ counter: Counter) -> UInt64 {
        usedSlots.reduce(0) {
            $0 &+ $1.counters[counter.rawValue].load(ordering: .relaxed)
        }
    }

    package func totals(_ histogram: Histogram) -> HistogramFigures {
        var figures = HistogramFigures()
        for slot in usedSlots {
            let base = slot.histograms + histogram.rawValue * Histogram.words
            for column in 0..<Histogram.columns {
                figures.buckets[column] &+= base[column].load(ordering: .relaxed)
            }
            figures.sum &+= base[Histogram.columns].load(ordering: .relaxed)
        }
        return figures
    }

    package func totals(route: Int) -> RouteFigures {
        precondition(route >= 0 && route < layout.routes, "a route outside the scoreboard's range")
        var figures = RouteFigures()
        for slot in usedSlots {
            let base = slot.routes + route * Layout.wordsPerRoute
            for column in 0..<StatusCode.columns {
                figures.statuses[column] &+= base[column].load(ordering: .relaxed)
            }
            let buckets = base + StatusCode.columns
            for column in 0..<LatencyBucket.columns {
                figures.buckets[column] &+= buckets[column].load(ordering: .relaxed)
            }
            figures.nanoseconds &+= buckets[LatencyBucket.columns].load(ordering: .relaxed)
        }
        return figures
    }

    package var relay: RelayBoard { RelayBoard(words + layout.board) }

    var samplesTaken: UnsafeMutablePointer<Atomic<UInt64>> { words + layout.sampleCount }

    func samplePlace(_ number: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>> {
        let place = Int(number % UInt64(SharedScoreboard.samplesMax))
        return words + layout.samples + place * Layout.wordsPerSample
    }

    // A slot that nobody ever had is not read: reading a page of shared memory allocates it.
    private var usedSlots: [Slot] {
        (0..<layout.slots).map { slot($0) }.filter { $0.state != .free }
    }
}

extension SharedScoreboard {
    /// A slot for a new process.
    ///
    /// What its former holder counted stays: totals only ever grow.
    package func claim(
        _ role: ProcessRole,
        index: Int,
        generation: Int,
        restarts: Int,
        at now: Instant
    ) -> Slot? {
        let first = SharedScoreboard.supervisorSlot + 1
        return (first..<layout.slots).lazy.map { slot($0) }
            .first { $0.state == .free || $0.state == .gone }
            .map { prepare($0, role, index, generation, restarts, now) }
    }

    package func claimForSupervisor(generation: Int, at now: Instant) -> Slot {
        prepare(slot(SharedScoreboard.supervisorSlot), .supervisor, 0, generation, 0, now)
    }

    private func prepare(
        _ slot: Slot,
        _ role: ProcessRole,
        _ index: Int,
        _ generation: Int,
        _ restarts: Int,
        _ now: Instant
    ) -> Slot {
        for word in ProcessWord.allCases where word != .state { slot[word] = 0 }
        slot[.role] = role.rawValue
        slot[.index] = UInt64(index)
        slot[.generation] = UInt64(generation)
        slot[.restarts] = UInt64(restarts)
        slot[.startedAt] = UInt64(max(0, now.milliseconds))
        slot.state = .starting
        return slot
    }

    /// Gives a slot back after its process is reaped.
    package func free(_ slot: Slot) {
        slot.idle()
        slot.rests()
        slot.connections = 0
        slot.state = .gone
    }
}
