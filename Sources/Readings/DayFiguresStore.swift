package import Base
package import Database

/// What the temperatures of a cold cell came to over a time.
package struct DayTemperatures: Sendable, Equatable {
    package let min: Double
    package let max: Double
    package let mean: Double
    /// In whole slots: how long something was beyond the bounds of the cell.
    package let minutesOutside: Int64
}

/// Roll-ups of five minutes added up over a day, wherever it begins.
package enum DayFiguresStore {
    /// Of all these devices together; nothing where nothing was measured.
    package static func temperatures(
        of numbers: [Int64],
        within bounds: ClosedRange<Double>,
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws -> DayTemperatures? {
        guard !numbers.isEmpty else { return nil }
        var sql = SQLText(
            """
            SELECT MIN(temperature_min), MAX(temperature_max),
                SUM(temperature_sum) / SUM(readings),
                COUNT(DISTINCT IF(temperature_min < ? OR temperature_max > ?, starts_at, NULL))
            FROM reading_rollups
            WHERE length_seconds = ? AND starts_at >= ? AND starts_at < ? AND device_number
            """,
            bounds.lowerBound,
            bounds.upperBound,
            RollUpLength.fiveMinutes.seconds,
            start,
            end
        )
        sql.appendIn(numbers)
        return try queries.row(sql) { row -> DayTemperatures? in
            guard let min = try row.optionalDouble(), let max = try row.optionalDouble(),
                let mean = try row.optionalDouble()
            else { return nil }
            let slots = try row.int64()
            return DayTemperatures(
                min: min,
                max: max,
                mean: mean,
                minutesOutside: slots * RollUpLength.fiveMinutes.seconds / 60
            )
        } ?? nil
    }

    /// Of each device that told any.
    package static func energy(
        of numbers: [Int64],
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws -> [(number: Int64, kind: EnergyReading.Kind, energyWh: Int64)] {
        guard !numbers.isEmpty else { return [] }
        var sql = SQLText(
            """
            SELECT device_number, type, CAST(SUM(energy_wh) AS SIGNED) FROM energy_rollups
            WHERE length_seconds = ? AND starts_at >= ? AND starts_at < ? AND device_number
            """,
            RollUpLength.fiveMinutes.seconds,
            start,
            end
        )
        sql.appendIn(numbers)
        sql.append(" GROUP BY device_number, type ORDER BY device_number, type")
        return try queries.rows(sql) { row in
            (try row.int64(), try EnergyReading.Kind.read(&row), try row.int64())
        }
    }
}
