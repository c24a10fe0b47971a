package import Base
import Crypto
package import Database
import HTTP
package import House

/// The rows of `devices`: who they are, where they stand, and by which key they are known.
package enum DevicesStore {
    /// Fits no key.
    private static let noDigest = [UInt8](repeating: 0, count: SHA256.byteCount)

    /// Registers it and gives it its number, and no key yet.
    package static func insert(_ device: inout Device, _ tx: Transaction) throws {
        do {
            device.number = try tx.execute(
                """
                INSERT INTO devices (id, serial_number, kind, organisation_id, cold_cell_id,
                    owner_id, firmware_version, key_digest, last_seen_at, is_online, version,
                    created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                device.id,
                device.serialNumber,
                device.kind.rawValue,
                device.organisationID,
                device.coldCellID,
                device.ownerID,
                device.firmwareVersion,
                noDigest,
                device.lastSeenAt,
                device.isOnline,
                device.version,
                device.createdAt
            ).lastInsertID
        } catch let error as DatabaseError where error.isDuplicate {
            throw DeviceRefusal.serialNumberTaken
        }
    }

    /// Whatever key it had is refused from the commit on.
    package static func setKey(_ key: DeviceKey, _ tx: Transaction) throws {
        try tx.execute(
            "UPDATE devices SET key_digest = ? WHERE number = ?",
            key.digest,
            key.deviceNumber
        )
        try FleetVersionStore.raise(tx)
    }

    /// Those of the numbers that are registered, with the keys that they have at this moment.
    package static func keyed(
        _ numbers: [Int64],
        _ queries: some Queries
    ) throws -> [KeyedDevice] {
        var sql = selectKeyed
        sql.append(" WHERE d.deleted_at IS NULL AND d.number")
        sql.appendIn(numbers)
        return try queries.rows(sql, as: keyed)
    }

    /// For who has proved a device by other means, such as the broker.
    package static func calling(
        serialNumbers: [String],
        _ queries: some Queries
    ) throws -> [CallingDevice] {
        var sql = selectKeyed
        sql.append(" WHERE d.live_serial")
        sql.appendIn(serialNumbers)
        return try queries.rows(sql, as: keyed).map(\.device)
    }

    package static func find(_ id: String, _ queries: some Queries) throws -> Device? {
        var sql = select
        sql.append(" WHERE d.id = ? AND d.deleted_at IS NULL", id)
        return try queries.row(sql, as: read)
    }

    /// Deleted ones too.
    static func find(numbers: [Int64], _ queries: some Queries) throws -> [Device] {
        guard !numbers.isEmpty else { return [] }
        var sql = select
        sql.append(" WHERE d.number")
        sql.appendIn(numbers)
        return try queries.rows(sql, as: read)
    }

    package static func lock(_ id: String, _ tx: Transaction) throws -> Device? {
        var sql = select
        sql.append(" WHERE d.id = ? AND d.deleted_at IS NULL FOR UPDATE", id)
        return try tx.row(sql, as: read)
    }

    /// By serial number, as people list them.
    package static func inColdCell(
        _ coldCellID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Device] {
        var sql = select
        sql.append(
            """
             WHERE d.cold_cell_id = ? AND d.deleted_at IS NULL
            ORDER BY d.serial_number LIMIT ?
            """,
            coldCellID,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    /// What measures each of them now.
    package static func numbers(
        inColdCells ids: [String],
        _ queries: some Queries
    ) throws -> [String: [Int64]] {
        guard !ids.isEmpty else { return [:] }
        var sql = SQLText(
            "SELECT cold_cell_id, number FROM devices WHERE deleted_at IS NULL AND cold_cell_id"
        )
        sql.appendIn(ids)
        let found = try queries.rows(sql) { (id: try $0.string(), number: try $0.int64()) }
        return Dictionary(grouping: found, by: \.id).mapValues { $0.map(\.number) }
    }

    /// Everything that ever stood there: what was deleted keeps its readings.
    package static func numbers(
        inColdCell coldCellID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Int64] {
        try queries.rows(
            "SELECT number FROM devices WHERE cold_cell_id = ? ORDER BY number DESC LIMIT ?",
            coldCellID,
            limit
        ) { try $0.int64() }
    }

    /// By serial number.
    package static func owned(
        by ownerID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Device] {
        var sql = select
        sql.append(
            " WHERE d.owner_id = ? AND d.deleted_at IS NULL ORDER BY d.serial_number LIMIT ?",
            ownerID,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    /// Those of them that were not heard of for long, or never; nobody else says so meanwhile.
    package static func lockOffline(_ numbers: [Int64], _ tx: Transaction) throws -> Set<Int64> {
        guard !numbers.isEmpty else { return [] }
        var sql = SQLText("SELECT number FROM devices WHERE is_online = 0 AND number")
        sql.appendIn(numbers)
        sql.append(" ORDER BY number FOR UPDATE")
        return Set(try tx.rows(sql) { try $0.int64() })
    }

    /// How many stand in each of them.
    package static func counts(
        inColdCells ids: [String],
        _ queries: some Queries
    ) throws -> [String: Int64] {
        var sql = SQLText(
            "SELECT cold_cell_id, COUNT(*) FROM devices WHERE deleted_at IS NULL AND cold_cell_id"
        )
        sql.appendIn(ids)
        sql.append(" GROUP BY cold_cell_id")
        let counts = try queries.rows(sql) { (try $0.string(), try $0.int64()) }
        return Dictionary(counts) { first, _ in first }
    }

    /// All that people can change; raises the version.
    package static func save(_ device: inout Device, _ tx: Transaction) throws {
        device.version += 1
        try tx.execute(
            """
            UPDATE devices SET organisation_id = ?, cold_cell_id = ?, owner_id = ?,
                firmware_version = ?, version = ?
            WHERE number = ?
            """,
            device.organisationID,
            device.coldCellID,
            device.ownerID,
            device.firmwareVersion,
            device.version,
            device.number
        )
        try FleetVersionStore.raise(tx)
    }

    /// Its key is refused from the commit on; its row stays, for the readings that name it.
    package static func delete(_ device: Device, at now: Instant, _ tx: Transaction) throws {
        try tx.execute(
            "UPDATE devices SET deleted_at = ?, is_online = 0 WHERE number = ?",
            now,
            device.number
        )
        try FleetVersionStore.raise(tx)
    }

    /// Notes in the rows that devices were heard of, so that they are online.
    ///
    /// For those that were not, and now and then; never for each reading.
    package static func noteSeen(
        _ numbers: [Int64],
        at moment: Instant,
        _ tx: Transaction
    ) throws {
        guard !numbers.isEmpty else { return }
        var sql = SQLText(
            """
            UPDATE devices
            SET is_online = 1, left_at = NULL, last_seen_at = GREATEST(COALESCE(last_seen_at, ?), ?)
            """,
            moment,
            moment
        )
        sql.append(" WHERE number")
        sql.appendIn(numbers)
        try tx.execute(sql)
    }

    /// Those of them that were online are not any more; returns them.
    package static func leave(
        _ numbers: [Int64],
        at moment: Instant,
        _ tx: Transaction
    ) throws -> Set<Int64> {
        guard !numbers.isEmpty else { return [] }
        var sql = SQLText("SELECT number FROM devices WHERE is_online = 1 AND number")
        sql.appendIn(numbers)
        sql.append(" ORDER BY number FOR UPDATE")
        let online = try tx.rows(sql) { try $0.int64() }
        guard !online.isEmpty else { return [] }
        var update = SQLText("UPDATE devices SET is_online = 0, left_at = ?", moment)
        update.append(" WHERE number")
        update.appendIn(online)
        try tx.execute(update)
        try FleetVersionStore.raise(tx)
        return Set(online)
    }

    /// Without a word on whether it is online: for what is told of the past.
    package static func noteLastSeen(
        _ number: Int64,
        at moment: Instant,
        _ tx: Transaction
    ) throws {
        try tx.execute("UPDATE devices SET last_seen_at = ? WHERE number = ?", moment, number)
    }

    package static func noteFirmware(
        _ version: String,
        of number: Int64,
        _ tx: Transaction
    ) throws {
        try tx.execute(
            "UPDATE devices SET firmware_version = ? WHERE number = ?",
            version,
            number
        )
    }

    private static var selectKeyed: SQLText {
        SQLText(
            """
            SELECT c.id, c.min_temperature, c.max_temperature, c.silenced_until,
                c.offline_after_seconds, d.id, d.number, d.serial_number, d.kind,
                d.organisation_id, d.owner_id, d.firmware_version, d.last_seen_at, d.is_online,
                d.trained_at, d.key_digest
            FROM devices d LEFT JOIN cold_cells c ON c.id = d.cold_cell_id
            """
        )
    }

    private static func keyed(_ row: inout Row) throws -> KeyedDevice {
        let cell = try cell(&row)
        let device = CallingDevice(
            id: try row.string(),
            number: try row.int64(),
            serialNumber: try row.string(),
            kind: try kind(&row),
            organisationID: try row.optionalString(),
            cell: cell,
            ownerID: try row.optionalString(),
            firmwareVersion: try row.optionalString(),
            lastSeenAt: try row.optionalInstant(),
            isOnline: try row.bool(),
            trainedAt: try row.optionalInstant()
        )
        return KeyedDevice(device: device, keyDigest: try row.bytes())
    }

    private static func cell(_ row: inout Row) throws -> CallingDevice.Cell? {
        let (id, low, high) = (
            try row.optionalString(), try row.optionalDouble(), try row.optionalDouble()
        )
        let (silencedUntil, offlineAfterSeconds) = (
            try row.optionalInstant(), try row.optionalInt64()
        )
        guard let id, let low, let high, low <= high, let offlineAfterSeconds else { return nil }
        return CallingDevice.Cell(
            id: id,
            temperatures: low...high,
            silencedUntil: silencedUntil,
            offlineAfterSeconds: offlineAfterSeconds
        )
    }

    /// What has a serial number, a firmware or an id like this, by serial number.
    package static func search(
        _ text: String,
        in scope: FleetScope,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Device] {
        var sql = select
        sql.append(" WHERE d.deleted_at IS NULL AND ")
        sql.append(scope.devices)
        sql.append(" AND ")
        sql.append(likeness(text))
        sql.append(" ORDER BY d.serial_number LIMIT ?", limit)
        return try queries.rows(sql, as: read)
    }

    static func likeness(_ text: String) -> SQLText {
        let pattern = SearchPattern.containing(text)
        return SQLText(
            """
            (CONVERT(d.serial_number USING utf8mb4) COLLATE utf8mb4_unicode_520_ci LIKE ?
                OR d.firmware_version LIKE ? OR d.id = CONVERT(? USING ascii))
            """,
            pattern,
            pattern,
            text
        )
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT d.id, d.number, d.serial_number, d.kind, d.organisation_id, d.cold_cell_id,
                d.owner_id, d.firmware_version, d.last_seen_at, d.is_online, d.version, d.created_at
            FROM devices d
            """
        )
    }

    static func read(_ row: inout Row) throws -> Device {
        Device(
            id: try row.string(),
            number: try row.int64(),
            serialNumber: try row.string(),
            kind: try kind(&row),
            organisationID: try row.optionalString(),
            coldCellID: try row.optionalString(),
            ownerID: try row.optionalString(),
            firmwareVersion: try row.optionalString(),
            lastSeenAt: try row.optionalInstant(),
            isOnline: try row.bool(),
            version: try row.int64(),
            createdAt: try row.instant()
        )
    }

    static func kind(_ row: inout Row) throws -> DeviceKind {
        let name = try row.string()
        guard let kind = DeviceKind(rawValue: name) else {
            throw Fault("a device of the kind \(name)")
        }
        return kind
    }
}
