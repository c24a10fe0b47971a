package import Base
package import Database

/// The rows of `reading_rollups`.
package enum RollUpsStore {
    /// In the order of their keys; the answers come with those to the next statement.
    package static func add(_ rollUps: [RollUp<TemperatureSums>], _ tx: Transaction) throws {
        try rollUps.inParts(of: BatchSize.max) { part in
            var sql = SQLText(
                """
                INSERT INTO reading_rollups (device_number, length_seconds, starts_at, readings,
                    temperature_min, temperature_max, temperature_sum, temperature_squares,
                    humidity_readings, humidity_sum, battery_readings, battery_sum)
                VALUES
                """
            )
            sql.appendRows(BatchSize.filledUp(part) { $0.neutral }.map(row))
            sql.append(
                """
                 ON DUPLICATE KEY UPDATE readings = readings + VALUES(readings),
                    temperature_min = LEAST(temperature_min, VALUES(temperature_min)),
                    temperature_max = GREATEST(temperature_max, VALUES(temperature_max)),
                    temperature_sum = temperature_sum + VALUES(temperature_sum),
                    temperature_squares = temperature_squares + VALUES(temperature_squares),
                    humidity_readings = humidity_readings + VALUES(humidity_readings),
                    humidity_sum = humidity_sum + VALUES(humidity_sum),
                    battery_readings = battery_readings + VALUES(battery_readings),
                    battery_sum = battery_sum + VALUES(battery_sum)
                """
            )
            try tx.send(sql)
        }
    }

    /// Of one device, one after the other; the first is whole.
    package static func rollUps(
        of deviceNumber: Int64,
        _ length: RollUpLength,
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws -> [RolledUp<TemperatureSums>] {
        let rows = try queries.rows(
            """
            SELECT starts_at, readings, temperature_min, temperature_max, temperature_sum,
                temperature_squares, humidity_readings, humidity_sum, battery_readings, battery_sum
            FROM reading_rollups
            WHERE device_number = ? AND length_seconds = ? AND starts_at >= ? AND starts_at < ?
            ORDER BY starts_at
            """,
            deviceNumber,
            length.kept.seconds,
            length.start(of: start),
            end
        ) { row in (startsAt: try row.instant(), sums: try sums(&row)) }
        return length.adding(up: rows)
    }

    private static func row(_ rollUp: RollUp<TemperatureSums>) -> [any SQLConvertible] {
        let sums = rollUp.sums
        return [
            rollUp.deviceNumber, rollUp.length.seconds, rollUp.startsAt, sums.readings, sums.min,
            sums.max, sums.sum, sums.squares, sums.humidityReadings, sums.humiditySum,
            sums.batteryReadings, sums.batterySum,
        ]
    }

    static func sums(_ row: inout Row) throws -> TemperatureSums {
        var sums = TemperatureSums(
            readings: try row.int64(),
            min: try row.double(),
            max: try row.double(),
            sum: try row.double(),
            squares: try row.double()
        )
        sums.humidityReadings = try row.int64()
        sums.humiditySum = try row.double()
        sums.batteryReadings = try row.int64()
        sums.batterySum = try row.double()
        return sums
    }
}

extension RollUp {
    /// What changes nothing in the same row.
    var neutral: RollUp {
        RollUp(
            deviceNumber: deviceNumber,
            series: series,
            length: length,
            startsAt: startsAt,
            sums: sums.neutral
        )
    }
}
