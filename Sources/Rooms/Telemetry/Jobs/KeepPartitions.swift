import Base
import House
import Jobs
import Readings

/// Makes the days of readings ahead, and drops those whose time is over.
enum KeepPartitions {
    static func job(_ household: Household) -> Job {
        let daysKept = household.settings.readingsKeptDays
        return Job(
            "readings.keep-partitions",
            "Makes the days of readings ahead, and drops those that are too old.",
            .every(seconds: 3600)
        ) { try keep($0, daysKept: daysKept) }
    }

    private static func keep(_ context: JobContext, daysKept: Int64) throws -> JobOutcome {
        var made: Int64 = 0
        var dropped: Int64 = 0
        for table in PartitionsStore.tables {
            let change = try PartitionsStore.keep(
                table,
                at: context.clock.now,
                daysKept: daysKept,
                context.database
            )
            made += change.made
            dropped += change.dropped
            try context.goOn()
        }
        return .done("Made \(made) and dropped \(dropped).")
    }
}
