import Base
package import Database

/// Readings added up by the database, and the roll-ups of whole days, for who compares them.
extension Reading: Compared {
    static func addedUp(
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        isLocking: Bool,
        _ queries: some Queries
    ) throws -> [RollUp<TemperatureSums>] {
        var sql = SQLText(
            """
            SELECT device_number, TIMESTAMPDIFF(SECOND, ?, recorded_at) DIV ? AS slot, COUNT(*),
                MIN(temperature), MAX(temperature), SUM(temperature),
                SUM(temperature * temperature), COUNT(humidity), IFNULL(SUM(humidity), 0),
                COUNT(battery_level), IFNULL(SUM(battery_level), 0)
            FROM readings WHERE device_number BETWEEN ? AND ?
                AND recorded_at >= ? AND recorded_at < ?
            GROUP BY device_number, slot
            """,
            day,
            RollUpLength.fiveMinutes.seconds,
            numbers.lowerBound,
            numbers.upperBound,
            day,
            day.nextDay
        )
        if isLocking { sql.append(" LOCK IN SHARE MODE") }
        return try queries.rows(sql) { row in
            RollUp(
                deviceNumber: try row.int64(),
                series: "",
                length: .fiveMinutes,
                startsAt: day.slot(try row.int64()),
                sums: try RollUpsStore.sums(&row)
            )
        }
    }

    static func rollUps(
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        isLocking: Bool,
        _ queries: some Queries
    ) throws -> [RollUp<TemperatureSums>] {
        var sql = SQLText(
            """
            SELECT device_number, length_seconds, starts_at, readings, temperature_min,
                temperature_max, temperature_sum, temperature_squares, humidity_readings,
                humidity_sum, battery_readings, battery_sum
            FROM reading_rollups
            WHERE device_number BETWEEN ? AND ? AND starts_at >= ? AND starts_at < ?
            """,
            numbers.lowerBound,
            numbers.upperBound,
            day,
            day.nextDay
        )
        if isLocking { sql.append(" FOR UPDATE") }
        return try queries.rows(sql) { row in
            RollUp(
                deviceNumber: try row.int64(),
                series: "",
                length: try RollUpLength.read(&row),
                startsAt: try row.instant(),
                sums: try RollUpsStore.sums(&row)
            )
        }
    }

    static func add(_ rollUps: [RollUp<TemperatureSums>], _ tx: Transaction) throws {
        try RollUpsStore.add(rollUps, tx)
    }

    static func delete(_ keys: [RollUpKey], _ tx: Transaction) throws {
        for key in keys {
            try tx.execute(
                """
                DELETE FROM reading_rollups
                WHERE device_number = ? AND length_seconds = ? AND starts_at = ?
                """,
                key.deviceNumber,
                key.length.seconds,
                key.startsAt
            )
        }
    }
}

extension EnergyReading: Compared {
    static func addedUp(
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        isLocking: Bool,
        _ queries: some Queries
    ) throws -> [RollUp<EnergySums>] {
        var sql = SQLText(
            """
            SELECT device_number, type, TIMESTAMPDIFF(SECOND, ?, recorded_at) DIV ? AS slot,
                COUNT(*), MIN(power_w), MAX(power_w), SUM(power_w), SUM(power_w * power_w),
                CAST(SUM(energy_wh) AS SIGNED)
            FROM energy_readings WHERE device_number BETWEEN ? AND ?
                AND recorded_at >= ? AND recorded_at < ?
            GROUP BY device_number, type, slot
            """,
            day,
            RollUpLength.fiveMinutes.seconds,
            numbers.lowerBound,
            numbers.upperBound,
            day,
            day.nextDay
        )
        if isLocking { sql.append(" LOCK IN SHARE MODE") }
        return try queries.rows(sql) { row in
            RollUp(
                deviceNumber: try row.int64(),
                series: try row.string(),
                length: .fiveMinutes,
                startsAt: day.slot(try row.int64()),
                sums: try EnergyRollUpsStore.sums(&row)
            )
        }
    }

    static func rollUps(
        _ day: Instant,
        _ numbers: ClosedRange<Int64>,
        isLocking: Bool,
        _ queries: some Queries
    ) throws -> [RollUp<EnergySums>] {
        var sql = SQLText(
            """
            SELECT device_number, type, length_seconds, starts_at, readings, power_w_min,
                power_w_max, power_w_sum, power_w_squares, energy_wh
            FROM energy_rollups
            WHERE device_number BETWEEN ? AND ? AND starts_at >= ? AND starts_at < ?
            """,
            numbers.lowerBound,
            numbers.upperBound,
            day,
            day.nextDay
        )
        if isLocking { sql.append(" FOR UPDATE") }
        return try queries.rows(sql) { row in
            RollUp(
                deviceNumber: try row.int64(),
                series: try row.string(),
                length: try RollUpLength.read(&row),
                startsAt: try row.instant(),
                sums: try EnergyRollUpsStore.sums(&row)
            )
        }
    }

    static func add(_ rollUps: [RollUp<EnergySums>], _ tx: Transaction) throws {
        try EnergyRollUpsStore.add(rollUps, tx)
    }

    static func delete(_ keys: [RollUpKey], _ tx: Transaction) throws {
        for key in keys {
            try tx.execute(
                """
                DELETE FROM energy_rollups
                WHERE device_number = ? AND type = ? AND length_seconds = ? AND starts_at = ?
                """,
                key.deviceNumber,
                key.series,
                key.length.seconds,
                key.startsAt
            )
        }
    }
}

extension RollUpComparison {
    /// Of a device that has roll-ups.
    package static func highestNumber(_ queries: some Queries) throws -> Int64 {
        try queries.row(
            """
            SELECT GREATEST(IFNULL((SELECT MAX(device_number) FROM reading_rollups), 0),
                IFNULL((SELECT MAX(device_number) FROM energy_rollups), 0))
            """
        ) { try $0.int64() } ?? 0
    }
}

extension Instant {
    fileprivate var nextDay: Instant { adding(seconds: RollUpLength.day.seconds) }

    fileprivate func slot(_ number: Int64) -> Instant {
        adding(seconds: number * RollUpLength.fiveMinutes.seconds)
    }
}

extension RollUpLength {
    fileprivate static func read(_ row: inout Row) throws -> RollUpLength {
        let seconds = try row.int64()
        guard let length = RollUpLength(rawValue: seconds) else {
            throw Fault("a roll-up of \(seconds) s")
        }
        return length
    }
}
