package import Base
package import Database

/// The rows of `energy_rollups`.
package enum EnergyRollUpsStore {
    /// As `RollUpsStore.add`.
    package static func add(_ rollUps: [RollUp<EnergySums>], _ tx: Transaction) throws {
        try rollUps.inParts(of: BatchSize.max) { part in
            var sql = SQLText(
                """
                INSERT INTO energy_rollups (device_number, type, length_seconds, starts_at,
                    readings, power_w_min, power_w_max, power_w_sum, power_w_squares, energy_wh)
                VALUES
                """
            )
            sql.appendRows(BatchSize.filledUp(part) { $0.neutral }.map(row))
            sql.append(
                """
                 ON DUPLICATE KEY UPDATE readings = readings + VALUES(readings),
                    power_w_min = LEAST(power_w_min, VALUES(power_w_min)),
                    power_w_max = GREATEST(power_w_max, VALUES(power_w_max)),
                    power_w_sum = power_w_sum + VALUES(power_w_sum),
                    power_w_squares = power_w_squares + VALUES(power_w_squares),
                    energy_wh = energy_wh + VALUES(energy_wh)
                """
            )
            try tx.send(sql)
        }
    }

    /// Of all these devices together, in the order of time; the first is whole.
    package static func rollUps(
        of deviceNumbers: [Int64],
        _ kinds: [EnergyReading.Kind],
        _ length: RollUpLength,
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws -> [RolledUp<EnergySums>] {
        var sql = SQLText(
            """
            SELECT starts_at, readings, power_w_min, power_w_max, power_w_sum, power_w_squares,
                energy_wh
            FROM energy_rollups WHERE device_number
            """
        )
        sql.appendIn(deviceNumbers)
        sql.append(" AND type")
        sql.appendIn(kinds.map(\.rawValue))
        sql.append(
            """
             AND length_seconds = ? AND starts_at >= ? AND starts_at < ?
            ORDER BY starts_at
            """,
            length.kept.seconds,
            length.start(of: start),
            end
        )
        let rows = try queries.rows(sql) { row in
            (
                startsAt: try row.instant(),
                sums: try sums(&row)
            )
        }
        return length.adding(up: rows)
    }

    static func sums(_ row: inout Row) throws -> EnergySums {
        EnergySums(
            readings: try row.int64(),
            powerWMin: try row.double(),
            powerWMax: try row.double(),
            powerWSum: try row.double(),
            powerWSquares: try row.double(),
            energyWh: try row.int64()
        )
    }

    private static func row(_ rollUp: RollUp<EnergySums>) -> [any SQLConvertible] {
        let sums = rollUp.sums
        return [
            rollUp.deviceNumber, rollUp.series, rollUp.length.seconds, rollUp.startsAt,
            sums.readings, sums.powerWMin, sums.powerWMax, sums.powerWSum, sums.powerWSquares,
            sums.energyWh,
        ]
    }
}
