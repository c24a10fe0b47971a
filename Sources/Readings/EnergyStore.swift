package import Base
package import Database

/// The rows of `energy_readings`.
package enum EnergyStore {
    /// As `ReadingsStore.insert`.
    static func insert(
        _ readings: ArraySlice<EnergyReading>,
        in tx: Transaction
    ) throws -> NewReadings {
        var sql = SQLText(
            """
            INSERT IGNORE INTO energy_readings (device_number, recorded_at, type, power_w,
                energy_wh, voltage_v, current_a, temperature)
            VALUES
            """
        )
        sql.appendRows(
            BatchSize.filledUp(readings) { $0 }.map { reading in
                [
                    reading.deviceNumber, reading.recordedAt, reading.kind.rawValue,
                    reading.powerW, reading.energyWh, reading.voltage, reading.currentA,
                    reading.temperature,
                ]
            }
        )
        sql.append(" RETURNING device_number, recorded_at")
        return try NewReadings.inserted(by: sql, of: readings.count, in: tx)
    }

    package static func newest(
        of deviceNumber: Int64,
        _ queries: some Queries
    ) throws -> EnergyReading? {
        try latest(of: deviceNumber, limit: 1, queries).first
    }

    /// As `ReadingsStore.latest`.
    package static func latest(
        of deviceNumber: Int64,
        limit: Int,
        _ queries: some Queries
    ) throws -> [EnergyReading] {
        let hour = try queries.row(
            """
            SELECT MAX(starts_at) FROM energy_rollups
            WHERE device_number = ? AND type IN ('generation', 'consumption')
                AND length_seconds = ?
            """,
            deviceNumber,
            RollUpLength.hour.seconds
        ) { try $0.optionalInstant() }
        guard let hour = hour ?? nil else { return [] }
        return try readings(
            of: [deviceNumber],
            from: hour.adding(seconds: -RollUpLength.day.seconds),
            to: hour.adding(seconds: RollUpLength.hour.seconds),
            limit: limit,
            queries
        )
    }

    /// As `ReadingsStore.lockNewest`.
    package static func lockNewest(
        of deviceNumbers: [Int64],
        in tx: Transaction
    ) throws -> [Int64: Instant] {
        var moments: [Int64: Instant] = [:]
        for number in deviceNumbers {
            moments[number] =
                try tx.row(
                    """
                    SELECT MAX(recorded_at) FROM energy_readings WHERE device_number = ?
                    LOCK IN SHARE MODE
                    """,
                    number
                ) { try $0.optionalInstant() } ?? nil
        }
        return moments
    }

    /// Of all these devices, the newest first.
    package static func readings(
        of deviceNumbers: [Int64],
        from start: Instant,
        to end: Instant,
        limit: Int,
        _ queries: some Queries
    ) throws -> [EnergyReading] {
        var sql = SQLText(
            """
            SELECT device_number, recorded_at, type, power_w, energy_wh, voltage_v, current_a,
                temperature
            FROM energy_readings WHERE device_number
            """
        )
        sql.appendIn(deviceNumbers)
        sql.append(
            """
             AND recorded_at >= ? AND recorded_at < ?
            ORDER BY recorded_at DESC, device_number LIMIT ?
            """,
            start,
            end,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    private static func read(_ row: inout Row) throws -> EnergyReading {
        EnergyReading(
            deviceNumber: try row.int64(),
            recordedAt: try row.instant(),
            kind: try EnergyReading.Kind.read(&row),
            powerW: try row.double(),
            energyWh: try row.int64(),
            voltage: try row.optionalDouble(),
            currentA: try row.optionalDouble(),
            temperature: try row.optionalDouble()
        )
    }
}

extension EnergyReading.Kind {
    static func read(_ row: inout Row) throws -> EnergyReading.Kind {
        let name = try row.string()
        guard let kind = EnergyReading.Kind(rawValue: name) else {
            throw Fault("an energy reading of the type \(name)")
        }
        return kind
    }
}
