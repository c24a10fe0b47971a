package import Base
package import Database

/// The table `alerts`.
package enum AlertsStore {
    private static let rowsPerStatementMax = 64

    /// A second one that is open, of a type and device, is refused by the table.
    static func insert(_ alerts: [Alert], in tx: Transaction) throws {
        for part in alerts.parts(of: rowsPerStatementMax) {
            var sql = insertion
            sql.appendRows(part.map(values))
            try tx.send(sql)
        }
    }

    /// All that can change, of alerts that are held.
    static func save(_ alerts: [Alert], in tx: Transaction) throws {
        for part in alerts.parts(of: rowsPerStatementMax) {
            var sql = insertion
            sql.appendRows(part.map(values))
            sql.append(
                """
                 ON DUPLICATE KEY UPDATE severity = VALUES(severity), status = VALUES(status),
                    value = VALUES(value), explanation = VALUES(explanation),
                    count = VALUES(count), last_triggered_at = VALUES(last_triggered_at),
                    acknowledged_at = VALUES(acknowledged_at),
                    acknowledged_by = VALUES(acknowledged_by),
                    resolved_at = VALUES(resolved_at), resolved_by = VALUES(resolved_by),
                    note = VALUES(note), escalation_level = VALUES(escalation_level),
                    escalates_at = VALUES(escalates_at), version = VALUES(version)
                """
            )
            try tx.send(sql)
        }
    }

    /// By whoever holds the devices' watches.
    static func lockOpen(of numbers: [Int64], in tx: Transaction) throws -> [Int64: [Alert]] {
        guard !numbers.isEmpty else { return [:] }
        var sql = select
        sql.append(" WHERE a.open_device")
        sql.appendIn(numbers)
        sql.append(" FOR UPDATE")
        return Dictionary(grouping: try tx.rows(sql, as: read), by: \.deviceNumber)
    }

    /// With the watch of its device, so that no reading changes it meanwhile.
    package static func lock(_ id: String, in tx: Transaction) throws -> Alert? {
        guard let found = try find(id, tx) else { return nil }
        try WatchesStore.hold([found.deviceNumber], in: tx)
        var sql = select
        sql.append(" WHERE a.id = ? FOR UPDATE", id)
        return try tx.row(sql, as: read)
    }

    /// Those whose next level is due, the first ones first; each with its device's watch.
    package static func lockDue(
        at now: Instant,
        countMax: Int,
        in tx: Transaction
    ) throws -> [Alert] {
        let due = try tx.rows(
            """
            SELECT id, device_number FROM alerts WHERE escalates_at <= ?
            ORDER BY escalates_at LIMIT ?
            """,
            now,
            countMax
        ) { (id: try $0.string(), device: try $0.int64()) }
        guard !due.isEmpty else { return [] }
        try WatchesStore.hold(Set(due.map(\.device)).sorted(), in: tx)
        var sql = select
        sql.append(" WHERE a.id")
        sql.appendIn(due.map(\.id))
        sql.append(" ORDER BY a.id FOR UPDATE")
        return try tx.rows(sql, as: read).filter { alert in
            alert.escalatesAt.map { $0 <= now } ?? false
        }
    }

    package static func isAnyDue(at now: Instant, _ queries: some Queries) throws -> Bool {
        try queries.row("SELECT 1 FROM alerts WHERE escalates_at <= ? LIMIT 1", now) {
            try $0.int()
        } != nil
    }

    package static func find(_ id: String, _ queries: some Queries) throws -> Alert? {
        var sql = select
        sql.append(" WHERE a.id = ?", id)
        return try queries.row(sql, as: read)
    }

    package static func list(_ ids: [String], _ queries: some Queries) throws -> [Alert] {
        guard !ids.isEmpty else { return [] }
        var sql = select
        sql.append(" WHERE a.id")
        sql.appendIn(ids)
        return try queries.rows(sql, as: read)
    }

    /// What is open of some organisations, or of all where none are named, the worst first.
    package static func open(
        ofOrganisations ids: [String]?,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Alert] {
        var sql = select
        sql.append(" WHERE a.open_device IS NOT NULL")
        if let ids {
            sql.append(" AND a.organisation_id")
            sql.appendIn(ids)
        }
        return try worst(of: sql, limit: limit, queries)
    }

    /// What is open in a cold cell, the worst first.
    package static func open(
        inColdCell coldCellID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Alert] {
        var sql = select
        sql.append(" WHERE a.cold_cell_id = ? AND a.open_device IS NOT NULL", coldCellID)
        return try worst(of: sql, limit: limit, queries)
    }

    /// What is open of a device, the worst first.
    package static func open(
        ofDevice number: Int64,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Alert] {
        var sql = select
        sql.append(" WHERE a.open_device = ?", number)
        return try worst(of: sql, limit: limit, queries)
    }

    private static func worst(
        of sql: SQLText,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Alert] {
        var sql = sql
        sql.append(
            """
             ORDER BY a.severity = 'critical' DESC, a.triggered_at DESC, a.id DESC LIMIT ?
            """,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    /// Devices and types of which more than one alert is open, whatever the key says.
    package static func doubles(countMax: Int, _ queries: some Queries) throws -> [String] {
        try queries.rows(
            """
            SELECT device_id, type, COUNT(*) FROM alerts WHERE status <> 'RESOLVED'
            GROUP BY device_number, device_id, type HAVING COUNT(*) > 1 LIMIT ?
            """,
            countMax
        ) { row in
            let (device, type) = (try row.string(), try row.string())
            return "device \(device) has \(try row.int()) alerts of type \(type) that are open"
        }
    }

    package static var select: SQLText {
        SQLText(
            """
            SELECT a.id, a.type, a.severity, a.status, a.device_number, a.device_id, a.cold_cell_id,
                a.organisation_id, a.value, a.threshold, a.explanation, a.count, a.triggered_at,
                a.last_triggered_at, a.acknowledged_at, a.acknowledged_by, a.resolved_at,
                a.resolved_by, a.note, a.escalation_level, a.escalates_at, a.version, a.created_at
            FROM alerts a
            """
        )
    }

    package static func read(_ row: inout Row) throws -> Alert {
        Alert(
            id: try row.string(),
            type: try choice(&row),
            severity: try choice(&row),
            status: try choice(&row),
            deviceNumber: try row.int64(),
            deviceID: try row.string(),
            coldCellID: try row.optionalString(),
            organisationID: try row.optionalString(),
            value: try row.optionalDouble(),
            threshold: try row.optionalDouble(),
            explanation: try row.optionalString(),
            count: try row.int64(),
            triggeredAt: try row.instant(),
            lastTriggeredAt: try row.instant(),
            acknowledgedAt: try row.optionalInstant(),
            acknowledgedBy: try row.optionalString(),
            resolvedAt: try row.optionalInstant(),
            resolvedBy: try row.optionalString(),
            note: try row.optionalString(),
            escalationLevel: try row.int64(),
            escalatesAt: try row.optionalInstant(),
            version: try row.int64(),
            createdAt: try row.instant()
        )
    }

    private static var insertion: SQLText {
        SQLText(
            """
            INSERT INTO alerts (id, type, severity, status, device_number, device_id, cold_cell_id,
                organisation_id, value, threshold, explanation, count, triggered_at,
                last_triggered_at, acknowledged_at, acknowledged_by, resolved_at, resolved_by, note,
                escalation_level, escalates_at, version, created_at)
            VALUES
            """
        )
    }

    private static func values(_ alert: Alert) -> [any SQLConvertible] {
        [
            alert.id, alert.type.rawValue, alert.severity.rawValue, alert.status.rawValue,
            alert.deviceNumber, alert.deviceID, alert.coldCellID, alert.organisationID, alert.value,
            alert.threshold, alert.explanation, alert.count, alert.triggeredAt,
            alert.lastTriggeredAt, alert.acknowledgedAt, alert.acknowledgedBy, alert.resolvedAt,
            alert.resolvedBy, alert.note, alert.escalationLevel, alert.escalatesAt, alert.version,
            alert.createdAt,
        ]
    }

    static func choice<Choice: RawRepresentable>(_ row: inout Row) throws -> Choice
    where Choice.RawValue == String {
        let text = try row.string()
        guard let value = Choice(rawValue: text) else {
            throw Fault("an alert has the unknown \(Choice.self) \(text)")
        }
        return value
    }
}
