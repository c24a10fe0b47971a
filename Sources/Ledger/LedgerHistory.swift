package import Base
package import Database

/// What was on an account at a moment.
package struct Standing: Equatable, Sendable {
    package let balance: Int64
    package let held: Int64

    package var available: Int64 { balance - held }
}

/// One line of an account as its owner reads it.
package struct Entry: Equatable, Sendable {
    package let sequence: Int64
    package let transfer: PostedTransfer
    package let amount: Int64
    package let balanceAfter: Int64
}

/// Looks back: every balance there ever was can be told, whatever was posted since.
package enum LedgerHistory {
    /// All that it reads is of one moment when it is given a transaction.
    package static func standing(
        of account: Account,
        at moment: Instant,
        _ tx: Transaction
    ) throws -> Standing {
        let chained = try lastPosting(of: account, at: moment, tx)
        let loose = try tx.row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS SIGNED) FROM ledger_loose_postings
            WHERE account_id = ? AND at <= ?
            """,
            account.id,
            moment
        ) { try $0.int64() }
        let held = try tx.row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS SIGNED) FROM ledger_holds
            WHERE account_id = ? AND created_at <= ? AND (ended_at IS NULL OR ended_at > ?)
            """,
            account.id,
            moment,
            moment
        ) { try $0.int64() }
        return Standing(balance: chained + (loose ?? 0), held: held ?? 0)
    }

    /// Halves the chain until the last posting of that time is found: an index by time would cost
    /// each posting more than this costs the few who look back.
    private static func lastPosting(
        of account: Account,
        at moment: Instant,
        _ tx: Transaction
    ) throws -> Int64 {
        var before: (sequence: Int64, balance: Int64) = (0, 0)
        var after = account.sequence + 1
        while after - before.sequence > 1 {
            let middle = before.sequence + (after - before.sequence) / 2
            let found = try tx.row(
                """
                SELECT at, balance_after FROM ledger_postings
                WHERE account_id = ? AND sequence = ?
                """,
                account.id,
                middle
            ) { (at: try $0.instant(), balance: try $0.int64()) }
            guard let found else { throw Fault("account \(account.id) lacks posting \(middle)") }
            if found.at <= moment {
                before = (middle, found.balance)
            } else {
                after = middle
            }
        }
        return before.balance
    }

    /// The newest first, below a sequence when one is given.
    package static func entries(
        of accountID: Int64,
        below sequence: Int64?,
        kind: String?,
        from: Instant?,
        to: Instant?,
        limit: Int64,
        offset: Int64 = 0,
        _ queries: some Queries
    ) throws -> [Entry] {
        var sql = SQLText(
            """
            SELECT p.sequence, p.amount, p.balance_after, p.at, t.id, t.kind, t.reference, t.note,
                t.reverses
            """
        )
        sql.append(filter(accountID, below: sequence, kind: kind, from: from, to: to))
        sql.append(" ORDER BY p.sequence DESC LIMIT ? OFFSET ?", limit, offset)
        return try queries.rows(sql) { row in
            let sequence = try row.int64()
            let amount = try row.int64()
            let balanceAfter = try row.int64()
            let at = try row.instant()
            return Entry(
                sequence: sequence,
                transfer: PostedTransfer(
                    id: try row.string(),
                    kind: try row.string(),
                    reference: try row.string(),
                    note: try row.optionalString(),
                    reverses: try row.optionalString(),
                    at: at
                ),
                amount: amount,
                balanceAfter: balanceAfter
            )
        }
    }

    package static func countEntries(
        of accountID: Int64,
        kind: String?,
        from: Instant?,
        to: Instant?,
        countMax: Int,
        _ queries: some Queries
    ) throws -> Int {
        var sql = SQLText("SELECT COUNT(*) FROM (SELECT 1")
        sql.append(filter(accountID, below: nil, kind: kind, from: from, to: to))
        sql.append(" LIMIT ?) AS counted", countMax)
        return try queries.row(sql) { try $0.int() } ?? 0
    }

    private static func filter(
        _ accountID: Int64,
        below sequence: Int64?,
        kind: String?,
        from: Instant?,
        to: Instant?
    ) -> SQLText {
        var sql = SQLText(
            """
             FROM ledger_postings p JOIN ledger_transfers t ON t.id = p.transfer_id
            WHERE p.account_id = ?
            """,
            accountID
        )
        if let sequence { sql.append(" AND p.sequence < ?", sequence) }
        if let kind { sql.append(" AND t.kind = ?", kind) }
        if let from { sql.append(" AND p.at >= ?", from) }
        if let to { sql.append(" AND p.at < ?", to) }
        return sql
    }
}
