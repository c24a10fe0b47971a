import Base
import Jobs
import Readings

/// Makes the days of readings ahead, and drops those whose time is over.
enum KeepPartitions {
    static var job: Job {
        Job(
            "readings.keep-partitions",
            "Makes the days of readings ahead, and drops those that are too old.",
            .every(seconds: 3600),
            run
        )
    }

    private static func run(_ context: JobContext) throws -> JobOutcome {
        var made: Int64 = 0
        var dropped: Int64 = 0
        for table in PartitionsStore.tables {
            let change = try PartitionsStore.keep(
                table,
                at: context.clock.now,
                daysKept: PartitionsStore.daysKeptUsual,
                context.database
            )
            made += change.made
            dropped += change.dropped
            try context.goOn()
        }
        return .done("Made \(made) and dropped \(dropped).")
    }
}
