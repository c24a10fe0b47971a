package import Base
package import Database

/// A mail that one courier holds until a moment, to send it.
package struct ClaimedMail: Sendable {
    package let id: String
    package let recipient: String
    package let recipientName: String?
    package let template: String
    package let locale: String
    package let data: String
    /// This one included.
    package let attempt: Int
    package let createdAt: Instant
    /// It says who holds the mail, too: a courier that comes too late finds another moment here.
    package let claimedUntil: Instant
}

/// The table `mails`.
package enum MailsStore {
    private static let errorLengthMax = 500
    private static let rowsPerStatementMax = 64

    static func insert(_ mails: [NewMail], at now: Instant, in tx: Transaction) throws {
        var rest = mails[...]
        while !rest.isEmpty {
            var sql = SQLText(
                """
                INSERT INTO mails (id, recipient, recipient_name, template, locale, data,
                    next_attempt_at, created_at)
                VALUES
                """
            )
            sql.appendRows(
                rest.prefix(rowsPerStatementMax).map { mail in
                    [
                        mail.id, mail.recipient, mail.recipientName, mail.template.rawValue,
                        mail.locale, JSON.object(mail.data).text, now, now,
                    ]
                }
            )
            try tx.execute(sql)
            rest = rest.dropFirst(rowsPerStatementMax)
        }
    }

    /// How many wait to be sent.
    package static func waitingCount(_ queries: some Queries) throws -> Int {
        try queries.row("SELECT COUNT(*) FROM mails WHERE status = 'queued'") { try $0.int() } ?? 0
    }

    /// Forgets mails that went out long ago.
    package static func deleteSent(
        before end: Instant,
        rowsMax: Int,
        _ database: MariaDB
    ) throws -> Int {
        // What was sent was due before, and only that is indexed.
        let outcome = try database.execute(
            """
            DELETE FROM mails
            WHERE status = 'sent' AND next_attempt_at < ? AND sent_at < ?
            ORDER BY next_attempt_at LIMIT ?
            """,
            end,
            end,
            rowsMax
        )
        return Int(outcome.affectedRows)
    }

    /// Takes the mail that has been due for longest and that nobody holds, and counts the attempt.
    package static func lockAndClaim(
        at now: Instant,
        until: Instant,
        in tx: Transaction
    ) throws -> ClaimedMail? {
        let mail = try tx.row(
            """
            SELECT id, recipient, recipient_name, template, locale, data, attempts, created_at
            FROM mails
            WHERE status = 'queued' AND next_attempt_at <= ?
                AND (claimed_until IS NULL OR claimed_until <= ?)
            ORDER BY next_attempt_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
            """,
            now,
            now
        ) { row in
            ClaimedMail(
                id: try row.string(),
                recipient: try row.string(),
                recipientName: try row.optionalString(),
                template: try row.string(),
                locale: try row.string(),
                data: try row.string(),
                attempt: try row.int() + 1,
                createdAt: try row.instant(),
                claimedUntil: until
            )
        }
        guard let mail else { return nil }
        try tx.execute(
            "UPDATE mails SET attempts = ?, claimed_until = ? WHERE id = ?",
            mail.attempt,
            until,
            mail.id
        )
        return mail
    }

    /// Whether it was still ours.
    package static func markSent(
        _ mail: ClaimedMail,
        at now: Instant,
        by database: some Queries
    ) throws -> Bool {
        let outcome = try database.execute(
            """
            UPDATE mails
            SET status = 'sent', sent_at = ?, data = '{}', claimed_until = NULL, last_error = NULL
            WHERE id = ? AND status = 'queued' AND claimed_until = ?
            """,
            now,
            mail.id,
            mail.claimedUntil
        )
        return outcome.affectedRows == 1
    }

    /// Whether it was still ours; without a next attempt it is dead.
    package static func markFailed(
        _ mail: ClaimedMail,
        error: String,
        next: Instant?,
        by database: some Queries
    ) throws -> Bool {
        let outcome = try database.execute(
            """
            UPDATE mails
            SET status = IF(? IS NULL, 'dead', 'queued'),
                next_attempt_at = COALESCE(?, next_attempt_at),
                claimed_until = NULL, last_error = ?
            WHERE id = ? AND status = 'queued' AND claimed_until = ?
            """,
            next,
            next,
            String(error.unicodeScalars.prefix(errorLengthMax)),
            mail.id,
            mail.claimedUntil
        )
        return outcome.affectedRows == 1
    }
}
