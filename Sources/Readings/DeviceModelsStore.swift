package import Anomalies
package import Base
package import Database

/// The table `device_models`, and what it takes to begin with a model: what a device told last.
package enum DeviceModelsStore {
    private static let rowsPerStatementMax = 16

    /// What was learned of a device, and when; no model where it cannot be read.
    package typealias Kept = (trainedAt: Instant, model: DeviceModel?)

    package static func save(
        _ models: [(number: Int64, model: DeviceModel)],
        at moment: Instant,
        in tx: Transaction
    ) throws {
        try models.inParts(of: rowsPerStatementMax) { part in
            var sql = SQLText("INSERT INTO device_models (device_number, trained_at, model) VALUES")
            sql.appendRows(part.map { [$0.number, moment, $0.model.bytes] })
            sql.append(
                """
                 ON DUPLICATE KEY UPDATE trained_at = VALUES(trained_at), model = VALUES(model)
                """
            )
            try tx.execute(sql)
        }
    }

    package static func delete(_ numbers: [Int64], in tx: Transaction) throws {
        guard !numbers.isEmpty else { return }
        var sql = SQLText("DELETE FROM device_models WHERE device_number")
        sql.appendIn(numbers)
        try tx.execute(sql)
    }

    /// The hours of a device, as far as they are of this quantity.
    package static func hours(
        of number: Int64,
        _ quantity: Unusual.Quantity,
        from start: Instant,
        to end: Instant,
        _ queries: some Queries
    ) throws -> [Instant: HourSummary] {
        var hours: [Instant: HourSummary] = [:]
        if let kind = EnergyReading.Kind(rawValue: quantity.rawValue) {
            for (startsAt, sums) in try EnergyRollUpsStore.rollUps(
                of: [number],
                [kind],
                .hour,
                from: start,
                to: end,
                queries
            ) {
                hours[startsAt] = HourSummary(
                    mean: sums.meanPowerW,
                    min: sums.powerWMin,
                    max: sums.powerWMax
                )
            }
        } else {
            for (startsAt, sums) in try RollUpsStore.rollUps(
                of: number,
                .hour,
                from: start,
                to: end,
                queries
            ) {
                hours[startsAt] = HourSummary(mean: sums.mean, min: sums.min, max: sums.max)
            }
        }
        return hours
    }

    /// The models of devices and their last slots by what they measure, in one statement.
    package static func read(
        _ numbers: [Int64],
        slotsSince start: Instant,
        ofEnergy isEnergy: Bool,
        _ queries: some Queries
    ) throws -> (models: [Int64: Kept], slots: [Int64: [String: [Recent.Slot]]]) {
        var sql = SQLText(
            """
            SELECT device_number, trained_at, model, NULL AS series, NULL AS readings,
                NULL AS value_sum, NULL AS value_min, NULL AS value_max
            FROM device_models WHERE device_number
            """
        )
        sql.appendIn(numbers)
        sql.append(" UNION ALL ")
        sql.append(isEnergy ? energySlots : temperatureSlots)
        sql.append(
            " WHERE length_seconds = ? AND starts_at >= ? AND device_number",
            RollUpLength.fiveMinutes.seconds,
            start
        )
        sql.appendIn(numbers)
        var models: [Int64: Kept] = [:]
        var slots: [Int64: [String: [Recent.Slot]]] = [:]
        for line in try queries.rows(sql, as: Line.read) {
            switch line.what {
            case .model(let model): models[line.number] = (line.moment, model)
            case .slot(let series, let slot):
                slots[line.number, default: [:]][series, default: []].append(slot)
            }
        }
        return (models, slots)
    }

    private static let temperatureSlots: StaticString = """
        SELECT device_number, starts_at, NULL, 'temperature', readings, temperature_sum,
            temperature_min, temperature_max
        FROM reading_rollups
        """

    private static let energySlots: StaticString = """
        SELECT device_number, starts_at, NULL, type, readings, power_w_sum, power_w_min, power_w_max
        FROM energy_rollups
        """
}

/// A row of either sort.
private struct Line {
    enum What {
        case model(DeviceModel?)
        case slot(String, Recent.Slot)
    }

    let number: Int64
    let moment: Instant
    let what: What

    static func read(_ row: inout Row) throws -> Line {
        let (number, moment) = (try row.int64(), try row.instant())
        let bytes = try row.optionalBytes()
        guard let series = try row.optionalString() else {
            let model = bytes.flatMap { DeviceModel($0) }
            return Line(number: number, moment: moment, what: .model(model))
        }
        let slot = Recent.Slot(
            startsAt: moment,
            readings: try row.int64(),
            sum: try row.double(),
            min: try row.double(),
            max: try row.double()
        )
        return Line(number: number, moment: moment, what: .slot(series, slot))
    }
}
