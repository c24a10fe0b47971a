package import Base
package import Database

/// A device that was heard of, and is not any more.
package struct SilentDevice: Sendable, Equatable {
    package let number: Int64
    package let id: String
    package let serialNumber: String
    package let coldCellID: String?
    package let organisationID: String?
    package let ownerID: String?
    package let temperatures: ClosedRange<Double>?
    package let silencedUntil: Instant?
    package let lastSeenAt: Instant
    package let offlineAfterSeconds: Int64
    /// Else it has said that it goes, and that was told.
    package let isOnline: Bool
}

/// The rows of `devices`, as far as they fall silent.
package enum SilenceStore {
    /// Those that are online, or have only said that they go, and that, by their rows, were not
    /// heard of for longer than they may; a row is behind what is known elsewhere.
    package static func suspects(
        at now: Instant,
        after number: Int64,
        countMax: Int,
        _ queries: some Queries
    ) throws -> [SilentDevice] {
        var sql = select(at: now)
        sql.append(" AND d.number > ? ORDER BY d.number LIMIT ?", number, countMax)
        return try queries.rows(sql, as: read)
    }

    package static func isAnySuspect(at now: Instant, _ queries: some Queries) throws -> Bool {
        try !suspects(at: now, after: 0, countMax: 1, queries).isEmpty
    }

    /// Those of the devices that still are as they were, offline from now on.
    package static func goOffline(
        _ numbers: [Int64],
        at now: Instant,
        in tx: Transaction
    ) throws -> [SilentDevice] {
        guard !numbers.isEmpty else { return [] }
        var sql = select(at: now)
        sql.append(" AND d.number")
        sql.appendIn(numbers)
        sql.append(" ORDER BY d.number FOR UPDATE")
        let silent = try tx.rows(sql, as: read)
        guard !silent.isEmpty else { return [] }
        var update = SQLText("UPDATE devices SET is_online = 0, left_at = NULL WHERE number")
        update.appendIn(silent.map(\.number))
        try tx.send(update)
        try FleetVersionStore.raise(tx)
        return silent
    }

    private static func select(at now: Instant) -> SQLText {
        SQLText(
            """
            SELECT d.number, d.id, d.serial_number, d.cold_cell_id, d.organisation_id,
                d.owner_id, c.min_temperature, c.max_temperature, c.silenced_until, d.last_seen_at,
                IFNULL(c.offline_after_seconds, ?) AS offline_after, d.is_online
            FROM devices d LEFT JOIN cold_cells c ON c.id = d.cold_cell_id
            WHERE (d.is_online = 1 OR d.left_at IS NOT NULL) AND d.deleted_at IS NULL
                AND d.last_seen_at < ? - INTERVAL IFNULL(c.offline_after_seconds, ?) SECOND
            """,
            ColdCell.offlineAfterSecondsUsual,
            now,
            ColdCell.offlineAfterSecondsUsual
        )
    }

    private static func read(_ row: inout Row) throws -> SilentDevice {
        let number = try row.int64()
        let (id, serialNumber) = (try row.string(), try row.string())
        let (coldCellID, organisationID) = (try row.optionalString(), try row.optionalString())
        let ownerID = try row.optionalString()
        let (low, high) = (try row.optionalDouble(), try row.optionalDouble())
        var temperatures: ClosedRange<Double>?
        if let low, let high, low <= high { temperatures = low...high }
        return SilentDevice(
            number: number,
            id: id,
            serialNumber: serialNumber,
            coldCellID: coldCellID,
            organisationID: organisationID,
            ownerID: ownerID,
            temperatures: temperatures,
            silencedUntil: try row.optionalInstant(),
            lastSeenAt: try row.instant(),
            offlineAfterSeconds: try row.int64(),
            isOnline: try row.bool()
        )
    }
}
