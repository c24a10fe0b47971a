package import Base
package import Database

/// Gives loose postings their places in the chains of their accounts, many at a time.
///
/// A job's: nobody waits for it, since a balance counts what is loose too.
package enum LooseFolding {
    package static let countMax = 1000
    /// Younger ones wait: one that is dated before them may still be in an open transaction.
    package static let ageSecondsMin: Int64 = 30

    /// Whether there is anything to fold; it looks at one posting.
    package static func isDue(at now: Instant, _ queries: some Queries) throws -> Bool {
        try account(before: now.adding(seconds: -ageSecondsMin), queries) != nil
    }

    /// How many were folded; fewer than `countMax` means that none is left that is old enough.
    package static func fold(at now: Instant, _ database: MariaDB) throws -> Int {
        try database.transaction { tx in
            let end = now.adding(seconds: -ageSecondsMin)
            guard let id = try account(before: end, tx),
                var account = try LedgerStore.lock([id], in: tx).first
            else { return 0 }
            let loose = try postings(of: id, before: end, tx)
            let folded = loose.map { account.append($0.amount, of: $0.transferID, at: $0.at) }
            try LedgerStore.insert(postings: folded, in: tx)
            try LedgerStore.update([account], in: tx)
            var gone = SQLText("DELETE FROM ledger_loose_postings WHERE id")
            gone.appendIn(loose.map(\.id))
            try tx.execute(gone)
            return loose.count
        }
    }

    private struct Loose {
        let id: Int64
        let transferID: String
        let amount: Int64
        let at: Instant
    }

    /// Of the posting that was written first: the later ones are hardly older, and a look at the
    /// dates of all would cost more the busier it is.
    private static func account(before end: Instant, _ queries: some Queries) throws -> Int64? {
        try queries.row(
            """
            SELECT account_id FROM (
                SELECT account_id, at FROM ledger_loose_postings ORDER BY id LIMIT 1
            ) AS oldest WHERE at < ?
            """,
            end
        ) { try $0.int64() }
    }

    private static func postings(
        of account: Int64,
        before end: Instant,
        _ tx: Transaction
    ) throws -> [Loose] {
        try tx.rows(
            """
            SELECT id, transfer_id, amount, at FROM ledger_loose_postings
            WHERE account_id = ? AND at < ? ORDER BY at, id LIMIT ? FOR UPDATE
            """,
            account,
            end,
            countMax
        ) { row in
            Loose(
                id: try row.int64(),
                transferID: try row.string(),
                amount: try row.int64(),
                at: try row.instant()
            )
        }
    }
}
