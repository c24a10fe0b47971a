package import Base
package import Database

/// Gives loose postings their places in the chains of their accounts, many at a time.
///
/// A job's: nobody waits for it, since a balance counts what is loose too.
package enum LooseFolding {
    package static let countMax = 1000
    /// Younger ones wait: one that is dated before them may still be in an open transaction.
    package static let ageSecondsMin: Int64 = 30

    /// How many were folded; fewer than `countMax` means that none is left that is old enough.
    package static func fold(at now: Instant, _ database: MariaDB) throws -> Int {
        try database.transaction { tx in
            let end = now.adding(seconds: -ageSecondsMin)
            let ids = try accounts(before: end, tx)
            guard let id = ids.first, var account = try LedgerStore.lock([id], in: tx).first else {
                return 0
            }
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

    private static func accounts(before end: Instant, _ tx: Transaction) throws -> [Int64] {
        try tx.rows(
            "SELECT account_id FROM ledger_loose_postings WHERE at < ? LIMIT 1",
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
