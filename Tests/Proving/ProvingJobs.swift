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

    /// At a time when nobody runs tests, or it runs once more.
    private static var seldom: Schedule { .daily(hour: 4, minute: 44) }
}
