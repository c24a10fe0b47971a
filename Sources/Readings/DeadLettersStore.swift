package import Base
package import Database

/// The rows of `dead_letters`.
package enum DeadLettersStore {
    private static let rowsPerStatementMax = 64

    package static func insert(_ letters: [DeadLetter], in tx: Transaction) throws {
        try letters.inParts(of: rowsPerStatementMax) { part in
            var sql = SQLText(
                """
                INSERT INTO dead_letters (id, kind, source, device_id, serial_number, reason,
                    errors, payload, received_at)
                VALUES
                """
            )
            sql.appendRows(
                part.map { letter in
                    [
                        letter.id, letter.kind.rawValue, letter.source.rawValue, letter.deviceID,
                        letter.serialNumber, letter.reason, letter.errors.text, letter.payload,
                        letter.receivedAt,
                    ]
                }
            )
            try tx.send(sql)
        }
    }

    package static func find(_ id: String, _ queries: some Queries) throws -> DeadLetter? {
        var sql = select
        sql.append(" WHERE l.id = ?", id)
        return try queries.row(sql, as: read)
    }

    /// The newest first.
    package static func latest(
        ofDevice deviceID: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [DeadLetter] {
        var sql = select
        sql.append(
            """
             WHERE l.device_id = CONVERT(? USING ascii)
            ORDER BY l.received_at DESC, l.id DESC LIMIT ?
            """,
            deviceID,
            limit
        )
        return try queries.rows(sql, as: read)
    }

    package static func lock(_ id: String, in tx: Transaction) throws -> DeadLetter? {
        var sql = select
        sql.append(" WHERE l.id = ? FOR UPDATE", id)
        return try tx.row(sql, as: read)
    }

    /// False when it is not there any more.
    package static func delete(_ id: String, in tx: Transaction) throws -> Bool {
        try tx.execute("DELETE FROM dead_letters WHERE id = ?", id).affectedRows > 0
    }

    /// It is no better, for these reasons.
    package static func noteTry(
        _ id: String,
        reason: String,
        errors: JSON,
        at now: Instant,
        in tx: Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE dead_letters SET tries = tries + 1, tried_at = ?, reason = ?, errors = ?
            WHERE id = ?
            """,
            now,
            reason,
            errors.text,
            id
        )
    }

    /// The oldest of what came before a moment; returns how many there were.
    package static func deleteOld(
        before moment: Instant,
        limit: Int,
        _ queries: some Queries
    ) throws -> Int {
        let outcome = try queries.execute(
            "DELETE FROM dead_letters WHERE received_at < ? ORDER BY received_at LIMIT ?",
            moment,
            limit
        )
        return Int(outcome.affectedRows)
    }

    package static var select: SQLText {
        SQLText(
            """
            SELECT l.id, l.kind, l.source, l.device_id, l.serial_number, l.reason, l.errors,
                l.payload, l.received_at, l.tries, l.tried_at
            FROM dead_letters l
            """
        )
    }

    package static func read(_ row: inout Row) throws -> DeadLetter {
        let id = try row.string()
        guard let kind = DeadLetter.Kind(rawValue: try row.string()),
            let source = DeadLetter.Source(rawValue: try row.string())
        else { throw Fault("the dead letter \(id) is of no known kind") }
        return DeadLetter(
            id: id,
            kind: kind,
            source: source,
            deviceID: try row.optionalString(),
            serialNumber: try row.string(),
            reason: try row.string(),
            errors: try JSON(parsing: try row.string()),
            payload: try row.string(),
            receivedAt: try row.instant(),
            tries: try row.int64(),
            triedAt: try row.optionalInstant()
        )
    }
}
