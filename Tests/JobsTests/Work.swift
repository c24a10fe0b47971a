import Base
import Database
import Synchronization

@testable import Jobs

/// A job whose work the test says: it counts, fails, or does something meanwhile.
///
/// The clock calls it in the test's own thread.
final class Work {
    private(set) var count = 0
    var failure: (any Error)?
    /// Nothing: the look itself fails.
    var isNeeded: Bool? = true
    var meanwhile: (JobContext) throws -> Void = { _ in }

    func job(named name: String = "test.work", _ schedule: Schedule = .every(seconds: 60)) -> Job {
        Job(
            name,
            "Counts.",
            schedule,
            isNeeded: { [self] _ in
                guard let isNeeded else { throw Fault("it cannot look") }
                return isNeeded
            },
            { [self] context in try run(context) }
        )
    }

    private func run(_ context: JobContext) throws -> JobOutcome {
        count += 1
        let number = count
        if let failure { throw failure }
        try meanwhile(context)
        return .done("number \(number)")
    }
}

/// Time that stands still until it is moved.
final class HandTime: Sendable {
    private let milliseconds = Atomic<Int64>(1_772_368_496_789)

    var clock: Clock {
        Clock { Instant(milliseconds: self.milliseconds.load(ordering: .relaxed)) }
    }

    func advance(seconds: Int64) {
        milliseconds.add(seconds * 1000, ordering: .relaxed)
    }
}
