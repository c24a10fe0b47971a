package import Base
package import Database
package import HTTP
import House

/// The rows of `commands`.
package enum CommandsStore {
    package static func insert(_ command: Command, _ tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO commands (id, device_number, device_id, command, params, status, created_by,
                queued_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            command.id,
            command.deviceNumber,
            command.deviceID,
            command.command,
            command.params.text,
            command.status.rawValue,
            command.createdBy,
            command.queuedAt,
            command.expiresAt
        )
    }

    /// Those with one of these statuses that a device still can do, the oldest first.
    package static func lock(
        of deviceNumber: Int64,
        _ statuses: [Command.Status],
        at now: Instant,
        limit: Int,
        _ tx: Transaction
    ) throws -> [Command] {
        var sql = select
        sql.append(" WHERE c.device_number = ? AND c.status", deviceNumber)
        sql.appendIn(statuses.map(\.rawValue))
        sql.append(" AND c.expires_at > ? ORDER BY c.id LIMIT ? FOR UPDATE", now, limit)
        return try tx.rows(sql, as: read)
    }

    /// Those whose time is over and that nobody has told so, for a part of them.
    package static func lockOverdue(
        at now: Instant,
        limit: Int,
        _ tx: Transaction
    ) throws -> [Command] {
        var sql = select
        sql.append(
            """
             WHERE c.status IN ('queued', 'sent') AND c.expires_at <= ?
            ORDER BY c.expires_at LIMIT ? FOR UPDATE
            """,
            now,
            limit
        )
        return try tx.rows(sql, as: read)
    }

    package static func hasOverdue(at now: Instant, _ queries: some Queries) throws -> Bool {
        try queries.row(
            """
            SELECT 1 FROM commands WHERE status IN ('queued', 'sent') AND expires_at <= ? LIMIT 1
            """,
            now
        ) { try $0.int64() } != nil
    }

    /// Those after an id that no device was sent yet and still can do, the oldest first, with whose
    /// they are.
    package static func queued(
        after id: String,
        at now: Instant,
        limit: Int,
        _ queries: some Queries
    ) throws -> [(serialNumber: String, command: Command)] {
        var sql = SQLText("SELECT d.serial_number, ")
        sql.append(columns)
        sql.append(
            """
             FROM commands c JOIN devices d ON d.number = c.device_number
            WHERE c.status = 'queued' AND c.id > ? AND c.expires_at > ? AND d.deleted_at IS NULL
            ORDER BY c.id LIMIT ?
            """,
            id,
            now,
            limit
        )
        return try queries.rows(sql) { (try $0.string(), try read(&$0)) }
    }

    package static func lock(_ ids: [String], _ tx: Transaction) throws -> [Command] {
        var sql = select
        sql.append(" WHERE c.id")
        sql.appendIn(ids)
        sql.append(" ORDER BY c.id FOR UPDATE")
        return try tx.rows(sql, as: read)
    }

    package static func lock(_ id: String, _ tx: Transaction) throws -> Command? {
        var sql = select
        sql.append(" WHERE c.id = ? FOR UPDATE", id)
        return try tx.row(sql, as: read)
    }

    package static func save(_ command: Command, _ tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE commands SET status = ?, sent_at = ?, acknowledged_at = ?, result = ?
            WHERE id = ?
            """,
            command.status.rawValue,
            command.sentAt,
            command.acknowledgedAt,
            command.result == .null ? nil : command.result.text,
            command.id
        )
    }

    /// The newest of a device.
    package static func latest(
        of deviceNumber: Int64,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Command] {
        var sql = select
        sql.append(
            " WHERE c.device_number = ? ORDER BY c.id DESC LIMIT ?",
            deviceNumber,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    static var select: SQLText {
        var sql = SQLText("SELECT ")
        sql.append(columns)
        sql.append(" FROM commands c")
        return sql
    }

    private static var columns: StaticString {
        """
        c.id, c.device_number, c.device_id, c.command, c.params, c.status, c.created_by,
            c.queued_at, c.sent_at, c.acknowledged_at, c.result, c.expires_at
        """
    }

    static func read(_ row: inout Row) throws -> Command {
        Command(
            id: try row.string(),
            deviceNumber: try row.int64(),
            deviceID: try row.string(),
            command: try row.string(),
            params: try JSON(parsing: try row.string()),
            status: try status(&row),
            createdBy: try row.string(),
            queuedAt: try row.instant(),
            sentAt: try row.optionalInstant(),
            acknowledgedAt: try row.optionalInstant(),
            result: try row.optionalString().map { try JSON(parsing: $0) } ?? .null,
            expiresAt: try row.instant()
        )
    }

    private static func status(_ row: inout Row) throws -> Command.Status {
        let name = try row.string()
        guard let status = Command.Status(rawValue: name) else {
            throw Fault("a command that is \(name)")
        }
        return status
    }
}

/// `GET iot/devices/:deviceId/commands`: which of a device's.
package struct CommandsQuery: Input {
    package let paging: Paging
    package let status: Command.Status?

    package init(_ fields: inout Fields) {
        paging = Paging(&fields)
        status = fields.value("status", .choice(Command.Status.self), isRequired: false)
    }

    package func page(of device: Device, _ database: MariaDB) throws -> ListReply<Command> {
        var listing = Listing(
            select: CommandsStore.select,
            count: SQLText("SELECT 1 FROM commands c"),
            paging: paging,
            isDescending: true,
            order: (" ORDER BY c.queued_at, c.id", " ORDER BY c.queued_at DESC, c.id DESC"),
            after: (" (c.queued_at, c.id) > (?, ?)", " (c.queued_at, c.id) < (?, ?)")
        )
        listing.require("c.device_number = ?", device.number)
        if let status { listing.require("c.status = ?", status.rawValue) }
        return try listing.page(
            database,
            key: { [.integer($0.queuedAt.milliseconds), .string($0.id)] },
            read: CommandsStore.read
        )
    }
}
