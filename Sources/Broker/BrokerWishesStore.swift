package import Base
package import Database

/// The table `broker_wishes`.
package enum BrokerWishesStore {
    private static let errorLengthMax = 500

    /// A newer wish takes the place of an older one of the same device.
    static func write(
        _ wishes: [(serial: String, sealedKey: String?)],
        at now: Instant,
        in tx: Transaction
    ) throws {
        var random = SystemRandomNumberGenerator()
        var sql = SQLText(
            """
            INSERT INTO broker_wishes
                (serial_number, id, sealed_key, next_attempt_at, created_at) VALUES
            """
        )
        sql.appendRows(
            wishes.map {
                [$0.serial, Identifier.ulid(at: now, random: &random), $0.sealedKey, now, now]
            }
        )
        sql.append(
            """
             ON DUPLICATE KEY UPDATE
                id = VALUES(id), sealed_key = VALUES(sealed_key), failures = 0,
                next_attempt_at = VALUES(next_attempt_at), last_error = NULL,
                created_at = VALUES(created_at)
            """
        )
        try tx.execute(sql)
    }

    /// Those whose time has come, the longest waiting first; neither locks nor waits for a lock.
    package static func due(
        at now: Instant,
        countMax: Int,
        _ queries: some Queries
    ) throws -> [BrokerWish] {
        try queries.rows(
            """
            SELECT id, serial_number, sealed_key, failures FROM broker_wishes
            WHERE next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ?
            """,
            now,
            countMax
        ) { row in
            BrokerWish(
                id: try row.string(),
                serial: try row.string(),
                sealedKey: try row.optionalString(),
                failures: try row.int()
            )
        }
    }

    /// The broker has them; of a device that has a newer wish by now, that stays.
    package static func delete(_ wishes: [BrokerWish], in tx: Transaction) throws {
        guard !wishes.isEmpty else { return }
        var sql = SQLText("DELETE FROM broker_wishes WHERE serial_number")
        sql.appendIn(wishes.map(\.serial))
        sql.append(" AND id")
        sql.appendIn(wishes.map(\.id))
        try tx.execute(sql)
    }

    package static func markFailed(
        _ wish: BrokerWish,
        error: String,
        next: Instant,
        in tx: Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE broker_wishes
            SET failures = failures + 1, next_attempt_at = ?, last_error = ?
            WHERE serial_number = ? AND id = ?
            """,
            next,
            String(error.unicodeScalars.prefix(errorLengthMax)),
            wish.serial,
            wish.id
        )
    }

    /// How many wait, for those who look after the machine.
    package static func count(_ queries: some Queries) throws -> Int {
        try queries.row("SELECT COUNT(*) FROM broker_wishes") { try $0.int() } ?? 0
    }
}
