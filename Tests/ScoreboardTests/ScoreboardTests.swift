import Base
import Glibc
import Testing

@testable import Scoreboard

@Suite struct ScoreboardTests {
    let noon = Instant(milliseconds: 1_767_225_600_000)

    func claim(_ board: SharedScoreboard, index: Int = 0, generation: Int = 1) throws -> Slot {
        try #require(
            board.claim(.worker, index: index, generation: generation, restarts: 2, at: noon)
        )
    }

    @Test func `a process is in the table from its claim until it is freed`() throws {
        let board = try SharedScoreboard(routes: 3)
        #expect(board.processes().isEmpty)
        let slot = try claim(board, index: 4)
        slot.setPid(77)
        slot.connections = 5
        let row = try #require(board.processes().first)
        #expect(row.role == .worker && row.index == 4 && row.pid == 77 && row.connections == 5)
        #expect(row.state == .starting && row.restarts == 2 && row.startedAt == noon)
        board.free(slot)
        #expect(board.processes().isEmpty)
    }

    @Test func `an old and a new worker of the same number have different slots`() throws {
        let board = try SharedScoreboard(routes: 1)
        let old = try claim(board, index: 3, generation: 1)
        let new = try claim(board, index: 3, generation: 2)
        #expect(old.number != new.number)
        #expect(old.number != SharedScoreboard.supervisorSlot)
        #expect(board.processes().map(\.generation) == [1, 2])
    }

    @Test func `what a process counted stays in the totals after another takes its slot`() throws {
        let board = try SharedScoreboard(routes: 2)
        let old = try claim(board)
        old.finished(route: 1, status: 201, nanoseconds: 700_000, at: 1)
        old.add(.lockFailures, 3)
        board.free(old)
        let new = try claim(board)
        #expect(new.number == old.number)
        #expect(new.requests == 0)
        new.finished(route: 1, status: 201, nanoseconds: 100, at: 1)
        #expect(board.totals(route: 1).count == 2)
        #expect(board.totals(route: 0).count == 0)
        #expect(board.total(.lockFailures) == 3)
        #expect(board.total(.redisFailures) == 0)
    }

    @Test func `counts of several processes add up by status and by latency`() throws {
        let board = try SharedScoreboard(routes: 1)
        let (first, second) = (try claim(board, index: 0), try claim(board, index: 1))
        first.finished(route: 0, status: 200, nanoseconds: 500_000, at: 1)
        first.finished(route: 0, status: 200, nanoseconds: 500_001, at: 1)
        second.finished(route: 0, status: 418, nanoseconds: 9_000_000_000, at: 1)
        let figures = board.totals(route: 0)
        #expect(figures.byStatus.map(\.code) == [200, nil])
        #expect(figures.byStatus.map(\.count) == [2, 1])
        #expect(figures.buckets == [1, 1] + [UInt64](repeating: 0, count: 11) + [1])
        #expect(figures.nanoseconds == 9_001_000_001)
    }

    @Test func `sizes of several processes add up, each in the first column it fits in`() throws {
        let board = try SharedScoreboard(routes: 1)
        let (first, second) = (try claim(board, index: 0), try claim(board, index: 1))
        for size: UInt64 in [1, 2, 64, 65] { first.observe(.gathered, size) }
        second.observe(.gathered, 5)
        second.observe(.lockHold, 50_000)
        second.observe(.lockHold, 50_001)
        second.observe(.lockHold, 60_000_000_000)
        let gathered = board.totals(.gathered)
        #expect(gathered.buckets == [1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1])
        #expect(gathered.sum == 137)
        let holds = board.totals(.lockHold)
        #expect(holds.buckets == [1, 1] + [UInt64](repeating: 0, count: 11) + [1])
        #expect(board.totals(.lockWait) == HistogramFigures())
        #expect(board.total(.redisFailures) == 0 && board.totals(route: 0).count == 0)
    }

    @Test(arguments: Histogram.allCases)
    func `bounds ascend, and leave one column for the rest`(_ histogram: Histogram) {
        #expect(histogram.bounds == histogram.bounds.sorted())
        #expect(Set(histogram.bounds).count == Histogram.columns - 1)
    }

    @Test func `a process is busy from the beginning of a request to its end`() throws {
        let board = try SharedScoreboard(routes: 8)
        let slot = try claim(board)
        #expect(slot.busy(at: 100) == nil)
        slot.began(route: 7, at: 1_000)
        let busy = try #require(slot.busy(at: 4_000))
        #expect(busy.route == 7 && busy.nanoseconds == 3_000)
        #expect(board.processes(at: 4_000).first?.route == 7)
        slot.count(route: 7, status: 200, nanoseconds: 10)
        #expect(slot.busy(at: 4_000) != nil)
        slot.idle()
        #expect(slot.busy(at: 4_000) == nil)
        #expect(board.processes(at: 4_000).first?.route == nil)
    }

    @Test func `a process is awake from what woke it, or its last answer, until it rests`() throws {
        let slot = try claim(try SharedScoreboard(routes: 1))
        #expect(slot.awakeNanoseconds(at: 100) == nil)
        slot.woke(at: 1_000)
        #expect(slot.awakeNanoseconds(at: 4_000) == 3_000)
        slot.finished(route: 0, status: 200, nanoseconds: 10, at: 3_000)
        #expect(slot.awakeNanoseconds(at: 4_000) == 1_000)
        slot.rests()
        #expect(slot.awakeNanoseconds(at: 9_000) == nil)
    }

    @Test func `when every slot is taken there is none for one more`() throws {
        let board = try SharedScoreboard(routes: 1)
        let slots = try (1..<SharedScoreboard.slotsMax).map { try claim(board, index: $0) }
        #expect(Set(slots.map(\.number)).count == SharedScoreboard.slotsMax - 1)
        #expect(board.claim(.worker, index: 0, generation: 1, restarts: 0, at: noon) == nil)
        board.free(slots[5])
        #expect(try claim(board).number == slots[5].number)
    }

    @Test func `the relay's position is unknown until it is told, and may be nought`() throws {
        let board = try SharedScoreboard(routes: 1)
        #expect(board.relay.position == nil)
        #expect(!board.relay.watches)
        board.relay.position = 0
        #expect(board.relay.position == 0)
        board.relay.position = 4711
        board.relay.watches = true
        #expect(board.relay.position == 4711)
        #expect(board.relay.watches)
        board.relay.watches = false
        #expect(!board.relay.watches)
    }

    @Test func `slots share no cache line and no word`() throws {
        let layout = Layout(slots: 3, routes: 2)
        #expect(ProcessWord.allCases.count <= Layout.wordsPerProcess)
        #expect(layout.counters(0) == 3 * Layout.wordsPerProcess)
        #expect(layout.routes(0) + 2 * Layout.wordsPerRoute == layout.counters(1))
        #expect(layout.routes(2) + 2 * Layout.wordsPerRoute == layout.sampleCount)
        #expect(layout.sampleCount < layout.samples)
        #expect(
            layout.samples + SharedScoreboard.samplesMax * Layout.wordsPerSample == layout.board
        )
        #expect(layout.board + Layout.wordsPerCacheLine == layout.words)
        #expect(LoadSample.words <= Layout.wordsPerSample)
        #expect(layout.wordsPerSlot % Layout.wordsPerCacheLine == 0)
    }

    @Test func `the quick look-ups of columns agree with the published lists`() {
        for (column, code) in StatusCode.counted.enumerated() {
            #expect(StatusCode.column(of: code) == column)
        }
        #expect(StatusCode.columns == StatusCode.counted.count + 1)
        #expect(StatusCode.column(of: 418) == StatusCode.columns - 1)
        for (column, bound) in LatencyBucket.boundsMicroseconds.enumerated() {
            #expect(LatencyBucket.column(of: bound * 1000) == column)
            #expect(LatencyBucket.column(of: bound * 1000 + 1) == column + 1)
        }
        #expect(LatencyBucket.columns == LatencyBucket.boundsMicroseconds.count + 1)
    }

    @Test func `memory is read from the kernel's line and nonsense is refused`() throws {
        let line = Array("900 300 100 5 0 80 0\n".utf8)
        let memory = try #require(MemoryUse(statm: line, pageBytes: 4096))
        #expect(memory.residentBytes == 300 * 4096 && memory.privateBytes == 200 * 4096)
        #expect(MemoryUse(statm: Array("900 300".utf8), pageBytes: 4096) == nil)
        #expect(MemoryUse(statm: Array("1 2 x 4".utf8), pageBytes: 4096) == nil)
        #expect(try #require(MemoryUse.of(getpid())).residentBytes > 1_000_000)
        #expect(MemoryUse.of(-1) == nil)
    }

    @Test func `roles are found by the name that they print`() {
        for role in ProcessRole.allCases { #expect(ProcessRole(name: role.name) == role) }
        #expect(ProcessRole(name: "janitor") == nil)
    }
}
