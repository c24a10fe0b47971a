import Base
import Testing

@testable import Scoreboard

@Suite struct LoadSampleTests {
    let noon = Instant(milliseconds: 1_767_225_600_000)

    func board(_ serve: (Slot) -> Void) throws -> SharedScoreboard {
        let board = try SharedScoreboard(routes: 2)
        let slot = try #require(
            board.claim(.worker, index: 0, generation: 1, restarts: 0, at: noon)
        )
        serve(slot)
        return board
    }

    @Test func `a sample holds what all routes counted, by the class of the status`() throws {
        let board = try board { slot in
            slot.finished(route: 0, status: 200, nanoseconds: 400_000, at: 0)
            slot.finished(route: 1, status: 304, nanoseconds: 3_000_000, at: 0)
            slot.finished(route: 1, status: 404, nanoseconds: 3_000_000, at: 0)
            slot.finished(route: 1, status: 503, nanoseconds: 3_000_000, at: 0)
            slot.finished(route: 1, status: 418, nanoseconds: 3_000_000, at: 0)
            slot.add(.databaseNanoseconds, 9)
        }
        #expect(board.samples() == [])
        board.takeSample(at: noon)
        let sample = try #require(board.samples().first)
        #expect(sample.at == noon)
        #expect(sample.answers == [1, 1, 1, 1])
        #expect(sample.buckets[0] == 1 && sample.buckets[3] == 4)
        #expect(sample.requestNanoseconds == 12_400_000)
        #expect(sample.databaseNanoseconds == 9)
    }

    @Test func `a full ring gives the newest samples, the oldest of them first`() throws {
        let board = try board { _ in }
        let taken = SharedScoreboard.samplesMax + 5
        for number in 0..<taken { board.takeSample(at: noon.adding(seconds: Int64(number))) }
        let samples = board.samples()
        #expect(samples.count == SharedScoreboard.samplesMax - 1)
        #expect(samples.first?.at == noon.adding(seconds: 6))
        #expect(samples.last?.at == noon.adding(seconds: Int64(taken - 1)))
        #expect(samples.map(\.at) == samples.map(\.at).sorted())
    }

    @Test func `an interval tells rates, percentiles and the share of the database`() throws {
        var (earlier, later) = (LoadSample(at: noon), LoadSample(at: noon.adding(seconds: 5)))
        earlier.answers = [10, 0, 0, 0]
        later.answers = [60, 0, 5, 0]
        later.buckets[0] = 50
        later.buckets[2] = 5
        later.requestNanoseconds = 100
        later.databaseNanoseconds = 25
        let interval = try #require(LoadInterval(earlier, later))
        #expect(interval.answersPerSecond == [10, 0, 1, 0])
        #expect(interval.databaseShare == 0.25)
        #expect(interval.medianMs == 0.275)
        let slowest = try #require(interval.slowestPercentMs)
        #expect(slowest > 2.3 && slowest < 2.5)
    }

    @Test func `an interval without requests has no percentile, one without time is none`() throws {
        let (earlier, later) = (LoadSample(at: noon), LoadSample(at: noon.adding(seconds: 5)))
        let interval = try #require(LoadInterval(earlier, later))
        #expect(interval.medianMs == nil && interval.databaseShare == nil)
        #expect(LoadInterval(later, later) == nil)
        #expect(LoadInterval(later, earlier) == nil)
    }

    @Test(arguments: [0, 1, 2, 3, 40, 41, 42, 81, 82, 359])
    func `samples become at most so many intervals, up to the newest`(count: Int) {
        let samples = (0..<count).map { LoadSample(at: noon.adding(seconds: Int64($0) * 5)) }
        let intervals = LoadInterval.between(samples, countMax: 40)
        #expect(intervals.count <= 40)
        #expect(intervals.isEmpty == (count < 2))
        #expect(intervals.last?.to == (count < 2 ? nil : samples.last?.at))
        #expect(Set(intervals.map { $0.to.milliseconds - $0.from.milliseconds }).count <= 1)
        #expect(zip(intervals, intervals.dropFirst()).allSatisfy { $0.to == $1.from })
    }

    @Test func `a percentile lies in proportion within its bucket, the rest at the last bound`() {
        var buckets = [UInt64](repeating: 0, count: LatencyBucket.columns)
        #expect(LatencyBucket.quantileMs(0.5, of: buckets) == nil)
        buckets[1] = 10
        #expect(LatencyBucket.quantileMs(0.5, of: buckets) == 0.75)
        buckets[LatencyBucket.columns - 1] = 1000
        #expect(LatencyBucket.quantileMs(0.99, of: buckets) == 5000)
    }
}
