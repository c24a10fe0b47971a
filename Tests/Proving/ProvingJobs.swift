import Base
import Glibc
import Jobs

/// Jobs that fail and last on purpose; but for the first they only run when asked for.
enum ProvingJobs {
    static var all: [Job] {
        [
            Job("proving.count-seconds", "Does nothing, every second.", .every(seconds: 1)) { _ in
                .done("another second")
            },
            Job("proving.fail", "Fails.", seldom) { _ in throw Fault("it fails on purpose") },
            Job("proving.last", "Lasts for a minute, and says that it lives.", seldom) { context in
                for _ in 1...600 {
                    usleep(100_000)
                    try context.goOn()
                }
                return .done("a minute")
            },
        ]
    }

    /// In the year 2096: whenever tests run, only they ask for a run.
    private static var seldom: Schedule { .every(seconds: 4_000_000_000) }
}
