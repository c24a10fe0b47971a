package import Base
package import Database

/// The rows of `readings`.
package enum ReadingsStore {
    /// In the order of their keys; what is there already stays as it is.
    ///
    /// Nothing else can be wrong with a row that is ignored: its values are checked before, and
    /// each moment has a partition.
    static func insert(_ readings: ArraySlice<Reading>, in tx: Transaction) throws -> NewReadings {
        var sql = SQLText(
            """
            INSERT IGNORE INTO readings (device_number, recorded_at, temperature, humidity,
                battery_level, has_power, is_door_open)
            VALUES
            """
        )
        sql.appendRows(
            BatchSize.filledUp(readings) { $0 }.map { reading in
                [
                    reading.deviceNumber, reading.recordedAt, reading.temperature,
                    reading.humidity, reading.batteryLevel, reading.hasPower,
                    reading.isDoorOpen,
                ]
            }
        )
        sql.append(" RETURNING device_number, recorded_at")
        return try NewReadings.inserted(by: sql, of: readings.count, in: tx)
    }

    package static func newest(
        of deviceNumber: Int64,
        _ queries: some Queries
    ) throws -> Reading? {
        try latest(of: deviceNumber, limit: 1, queries).first
    }

    /// The newest first, of the last hour in which there was one and the day before it.
    package static func latest(
        of deviceNumber: Int64,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Reading] {
        let hour = try queries.row(
            """
            SELECT MAX(starts_at) FROM reading_rollups
            WHERE device_number = ? AND length_seconds = ?
            """,
            deviceNumber,
            RollUpLength.hour.seconds
        ) { try $0.optionalInstant() }
        guard let hour = hour ?? nil else { return [] }
        return try queries.rows(
            """
            SELECT device_number, recorded_at, temperature, humidity, battery_level, has_power,
                is_door_open
            FROM readings WHERE device_number = ? AND recorded_at >= ? AND recorded_at < ?
            ORDER BY recorded_at DESC LIMIT ?
            """,
            deviceNumber,
            hour.adding(seconds: -RollUpLength.day.seconds),
            hour.adding(seconds: RollUpLength.hour.seconds),
            limit,
            as: read
        )
    }

    /// When the newest of each device was recorded, as it is now and not as this transaction began
    /// to see it.
    package static func lockNewest(
        of deviceNumbers: [Int64],
        in tx: Transaction
    ) throws -> [Int64: Instant] {
        var moments: [Int64: Instant] = [:]
        for number in deviceNumbers {
            moments[number] =
                try tx.row(
                    """
                    SELECT MAX(recorded_at) FROM readings WHERE device_number = ?
                    LOCK IN SHARE MODE
                    """,
                    number
                ) { try $0.optionalInstant() } ?? nil
        }
        return moments
    }

    /// One after the other from a moment on.
    package static func readings(
        of deviceNumber: Int64,
        from start: Instant,
        to end: Instant,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Reading] {
        try queries.rows(
            """
            SELECT device_number, recorded_at, temperature, humidity, battery_level, has_power,
                is_door_open
            FROM readings WHERE device_number = ? AND recorded_at >= ? AND recorded_at < ?
            ORDER BY recorded_at LIMIT ?
            """,
            deviceNumber,
            start,
            end,
            limit,
            as: read
        )
    }

    private static func read(_ row: inout Row) throws -> Reading {
        Reading(
            deviceNumber: try row.int64(),
            recordedAt: try row.instant(),
            temperature: try row.double(),
            humidity: try row.optionalDouble(),
            batteryLevel: try row.optionalDouble(),
            hasPower: try row.optionalBool(),
            isDoorOpen: try row.optionalBool()
        )
    }
}

extension NewReadings {
    /// Rows are read only where some were there before: they say which were not.
    static func inserted(
        by sql: SQLText,
        of count: Int,
        in tx: Transaction
    ) throws -> NewReadings {
        try tx.perform(sql) { statement in
            guard statement.rowCount < count else { return .all }
            var keys: Set<Key> = []
            while var row = try statement.nextRow() {
                keys.insert(Key(deviceNumber: try row.int64(), recordedAt: try row.instant()))
            }
            return .some(keys)
        }
    }
}
