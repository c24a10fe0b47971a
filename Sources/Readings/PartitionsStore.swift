package import Base
package import Database

/// The partitions of readings and roll-ups: made ahead, and dropped once their time is over.
package enum PartitionsStore {
    /// What one run has changed.
    package struct Change: Equatable, Sendable {
        package let made: Int64
        package let dropped: Int64
    }

    package static let tables = [
        "readings", "energy_readings", "reading_rollups", "energy_rollups",
    ]
    /// Of days; months are made so far ahead that another begins within it.
    package static let daysAhead: Int64 = 14
    /// Less is not dropped, whatever is asked.
    package static let daysKeptMin: Int64 = 30

    /// By a procedure that may do this and nothing else, since who serves may change no table.
    ///
    /// Harmless when it is done twice, and not within a transaction, which it would commit.
    package static func keep(
        _ table: String,
        at now: Instant,
        daysKept: Int64,
        _ database: MariaDB
    ) throws -> Change {
        let change = try database.row(
            "CALL keep_partitions(?, ?, ?)",
            table,
            now.adding(seconds: daysAhead * 86_400),
            now.adding(seconds: -daysKept * 86_400)
        ) { Change(made: try $0.int64(), dropped: try $0.int64()) }
        guard let change else { throw Fault("partitions of \(table) were not looked at") }
        return change
    }
}
