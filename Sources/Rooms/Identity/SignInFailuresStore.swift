import Base
import Crypto
import Database

/// Counts failed attempts by e-mail, known or not, and locks after the fifth.
enum SignInFailuresStore {
    static let failuresMax = 5
    /// Failures further apart than this are not counted together.
    static let memorySeconds: Int64 = 30 * 60

    private struct Record {
        var failures: Int
        var lockedUntil: Instant?
        var lastAt: Instant
    }

    /// For how many seconds the account stays locked; nothing when it is not.
    static func secondsLocked(
        email: String,
        at now: Instant,
        _ queries: some Queries
    ) throws -> Int? {
        let until = try queries.row(
            "SELECT locked_until FROM sign_in_failures WHERE account = ?",
            account(email)
        ) { try $0.optionalInstant() }
        guard let until, let until, until > now else { return nil }
        return seconds(from: now, to: until)
    }

    /// Which of the accounts are locked.
    static func locked(
        _ emails: [String],
        at now: Instant,
        _ queries: some Queries
    ) throws -> Set<String> {
        let accounts = Dictionary(emails.map { (account($0), $0) }) { first, _ in first }
        var sql = SQLText("SELECT account FROM sign_in_failures WHERE locked_until > ?", now)
        sql.append(" AND account")
        sql.appendIn(Array(accounts.keys))
        return Set(try queries.rows(sql) { try $0.bytes() }.compactMap { accounts[$0] })
    }

    /// Attempts that failed since a moment, as far as no success followed them.
    static func count(since: Instant, _ queries: some Queries) throws -> Int {
        try queries.row(
            "SELECT COALESCE(SUM(failures), 0) FROM sign_in_failures WHERE last_at >= ?",
            since
        ) { try $0.int() } ?? 0
    }

    /// What one more failure means for the account.
    enum Outcome {
        case counted
        case locks(until: Instant)
        /// Others used up the attempts first.
        case isLocked(seconds: Int)
    }

    static func add(email: String, at now: Instant, _ tx: Transaction) throws -> Outcome {
        try tx.execute(
            """
            INSERT INTO sign_in_failures (account, failures, last_at) VALUES (?, 0, ?)
            ON DUPLICATE KEY UPDATE account = account
            """,
            account(email),
            now
        )
        let found = try tx.row(
            """
            SELECT failures, locked_until, last_at FROM sign_in_failures
            WHERE account = ? FOR UPDATE
            """,
            account(email)
        ) {
            Record(
                failures: try $0.int(),
                lockedUntil: try $0.optionalInstant(),
                lastAt: try $0.instant()
            )
        }
        var record = found ?? Record(failures: 0, lockedUntil: nil, lastAt: now)
        // Racing attempts that were let in before the lock must not prolong it.
        if let until = record.lockedUntil, until > now {
            return .isLocked(seconds: seconds(from: now, to: until))
        }
        let isStale = now > record.lastAt.adding(seconds: memorySeconds)
        record.failures = isStale || record.lockedUntil != nil ? 1 : record.failures + 1
        let until =
            record.failures >= failuresMax
            ? now.adding(seconds: Int64(IdentityRefusal.lockSeconds)) : nil
        try tx.execute(
            """
            UPDATE sign_in_failures SET failures = ?, locked_until = ?, last_at = ?
            WHERE account = ?
            """,
            record.failures,
            until,
            now,
            account(email)
        )
        return until.map { .locks(until: $0) } ?? .counted
    }

    /// Forgets the failures; of a locked account none, and says how long it stays so.
    static func lockAndClear(email: String, at now: Instant, _ tx: Transaction) throws -> Int? {
        let until = try tx.row(
            "SELECT locked_until FROM sign_in_failures WHERE account = ? FOR UPDATE",
            account(email)
        ) { try $0.optionalInstant() }
        guard let until else { return nil }
        if let until, until > now { return seconds(from: now, to: until) }
        try clear(email: email, tx)
        return nil
    }

    private static func seconds(from now: Instant, to end: Instant) -> Int {
        Int((end.milliseconds - now.milliseconds + 999) / 1000)
    }

    static func clear(email: String, _ tx: Transaction) throws {
        try tx.execute("DELETE FROM sign_in_failures WHERE account = ?", account(email))
    }

    private static func account(_ email: String) -> [UInt8] {
        SHA256.digest(Array(email.lowercased().utf8))
    }
}

extension SignInFailuresStore {
    static func deleteOld(before end: Instant, rowsMax: Int, _ database: MariaDB) throws -> Int {
        let outcome = try database.execute(
            """
            DELETE FROM sign_in_failures
            WHERE last_at < ? AND (locked_until IS NULL OR locked_until < ?)
            ORDER BY last_at LIMIT ?
            """,
            end,
            end,
            rowsMax
        )
        return Int(outcome.affectedRows)
    }
}
