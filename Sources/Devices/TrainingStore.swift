package import Base
package import Database
package import House

/// A device whose past is to be looked at.
package struct Pupil: Sendable, Equatable {
    package let number: Int64
    package let kind: DeviceKind
}

/// The rows of `devices`, as far as something is learned of them.
package enum TrainingStore {
    /// Those that were never looked at, or not since a moment; the longest ago first.
    package static func due(
        before moment: Instant,
        countMax: Int,
        _ queries: some Queries
    ) throws -> [Pupil] {
        try queries.rows(
            """
            SELECT number, kind FROM devices
            WHERE deleted_at IS NULL AND (examined_at IS NULL OR examined_at < ?)
            ORDER BY examined_at, number LIMIT ?
            """,
            moment,
            countMax
        ) { row in Pupil(number: try row.int64(), kind: try DevicesStore.kind(&row)) }
    }

    /// Those of them with a model have one of this moment from now on, the others none; every
    /// process learns of it with the next reading that it takes.
    package static func note(
        _ numbers: [Int64],
        withModel trained: [Int64],
        at moment: Instant,
        in tx: Transaction
    ) throws {
        guard !numbers.isEmpty else { return }
        var sql = SQLText("UPDATE devices SET examined_at = ?, trained_at = IF(number", moment)
        sql.appendIn(trained)
        sql.append(", ?, NULL) WHERE number", moment)
        sql.appendIn(numbers)
        try tx.execute(sql)
        if !trained.isEmpty { try FleetVersionStore.raise(tx) }
    }
}
