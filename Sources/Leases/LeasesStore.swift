import Database

/// The table `leases`.
enum LeasesStore {
    /// Whether a try to take it may succeed; also makes its row when there is none.
    static func isWithinReach(_ duty: String, of holder: String, _ database: MariaDB) throws -> Bool
    {
        let isWithinReach = try database.row(
            """
            SELECT holder IN (?, '') OR expires_at <= UTC_TIMESTAMP(3) FROM leases WHERE duty = ?
            """,
            holder,
            duty
        ) { try $0.bool() }
        if let isWithinReach { return isWithinReach }
        try database.execute(
            """
            INSERT IGNORE INTO leases (duty, holder, place, beats, held_since, expires_at)
            VALUES (?, '', '', 0, '2000-01-01', '2000-01-01')
            """,
            duty
        )
        return true
    }

    /// It waits for the work of its holder a second at most: it will be asked again.
    static func take(
        _ duty: String,
        _ holder: String,
        _ place: String,
        _ durationMs: Int,
        _ database: MariaDB
    ) throws -> Bool {
        try database.execute(
            """
            SET STATEMENT innodb_lock_wait_timeout = 1 FOR
            UPDATE leases
            SET held_since = IF(holder = ?, held_since, UTC_TIMESTAMP(3)),
                holder = ?, place = ?, beats = beats + 1,
                expires_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
            WHERE duty = ? AND (holder IN (?, '') OR expires_at <= UTC_TIMESTAMP(3))
            """,
            holder,
            holder,
            place,
            durationMs * 1000,
            duty,
            holder
        ).affectedRows == 1
    }

    static func release(_ duty: String, _ holder: String, _ database: MariaDB) throws {
        try database.execute(
            """
            UPDATE leases
            SET holder = '', place = '', beats = beats + 1, expires_at = '2000-01-01'
            WHERE duty = ? AND holder = ?
            """,
            duty,
            holder
        )
    }

    /// Locks the row.
    ///
    /// A lease that lapsed and that nobody took is as good as one that did not.
    static func confirm(
        _ duty: String,
        _ holder: String,
        _ durationMs: Int,
        in tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE leases
            SET beats = beats + 1, expires_at = UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND
            WHERE duty = ? AND holder = ?
            """,
            durationMs * 1000,
            duty,
            holder
        ).affectedRows == 1
    }

    static func holders(_ queries: some Queries) throws -> [LeaseHolder] {
        try queries.rows(
            """
            SELECT duty, place, held_since FROM leases
            WHERE holder <> '' AND expires_at > UTC_TIMESTAMP(3)
            ORDER BY duty
            """
        ) { row in
            LeaseHolder(
                duty: try row.string(),
                place: try row.string(),
                heldSince: try row.instant()
            )
        }
    }
}
