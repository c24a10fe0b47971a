import Base
import Database

/// What verification reads: everything, in the order of the chains.
enum VerificationStore {
    static func accounts(
        after id: Int64,
        _ count: Int64,
        _ tx: Transaction
    ) throws -> [Account] {
        var sql = LedgerStore.select
        sql.append(" WHERE id > ? ORDER BY id LIMIT ?", id, count)
        return try tx.rows(sql, as: LedgerStore.read)
    }

    static func postings(
        after place: (accountID: Int64, sequence: Int64),
        to lastAccountID: Int64,
        _ count: Int,
        _ tx: Transaction
    ) throws -> [Posting] {
        try tx.rows(
            """
            SELECT account_id, sequence, transfer_id, amount, balance_after, at, hash
            FROM ledger_postings
            WHERE (account_id = ? AND sequence > ?) OR (account_id > ? AND account_id <= ?)
            ORDER BY account_id, sequence LIMIT ?
            """,
            place.accountID,
            place.sequence,
            place.accountID,
            lastAccountID,
            count
        ) { row in
            Posting(
                accountID: try row.int64(),
                sequence: try row.int64(),
                transferID: try row.string(),
                amount: try row.int64(),
                balanceAfter: try row.int64(),
                at: try row.instant(),
                hash: try row.bytes()
            )
        }
    }

    static func loosePostings(
        _ ids: ClosedRange<Int64>,
        _ tx: Transaction
    ) throws -> [Int64: [(transferID: String, amount: Int64)]] {
        let found = try tx.rows(
            """
            SELECT account_id, transfer_id, amount FROM ledger_loose_postings
            WHERE account_id BETWEEN ? AND ?
            """,
            ids.lowerBound,
            ids.upperBound
        ) { (try $0.int64(), (transferID: try $0.string(), amount: try $0.int64())) }
        return Dictionary(grouping: found, by: \.0).mapValues { $0.map(\.1) }
    }

    static func held(_ ids: ClosedRange<Int64>, _ tx: Transaction) throws -> [Int64: Int64] {
        let sums = try tx.rows(
            """
            SELECT account_id, CAST(SUM(amount) AS SIGNED) FROM ledger_holds
            WHERE account_id BETWEEN ? AND ? AND status = 'held' GROUP BY account_id
            """,
            ids.lowerBound,
            ids.upperBound
        ) { (try $0.int64(), try $0.int64()) }
        return Dictionary(uniqueKeysWithValues: sums)
    }

    static func findPostingWithoutTransfer(
        _ tx: Transaction
    ) throws -> (accountID: Int64, sequence: Int64)? {
        try tx.row(
            """
            SELECT p.account_id, p.sequence FROM ledger_postings p
            LEFT JOIN ledger_transfers t ON t.id = p.transfer_id
            WHERE t.id IS NULL LIMIT 1
            """
        ) { (accountID: try $0.int64(), sequence: try $0.int64()) }
    }

    static func findTransferWithoutPostings(_ tx: Transaction) throws -> String? {
        try tx.row(
            """
            SELECT t.id FROM ledger_transfers t
            WHERE NOT EXISTS (SELECT 1 FROM ledger_postings p WHERE p.transfer_id = t.id)
                AND NOT EXISTS (SELECT 1 FROM ledger_loose_postings l WHERE l.transfer_id = t.id)
            LIMIT 1
            """
        ) { try $0.string() }
    }

    /// Reads all postings by transfer; only asked when it is known that one is wrong.
    static func findUnbalanced(unit: String, _ tx: Transaction) throws -> String? {
        try tx.row(
            """
            SELECT transfer_id FROM (
                SELECT p.transfer_id, p.amount FROM ledger_postings p
                JOIN ledger_accounts a ON a.id = p.account_id WHERE a.unit = ?
                UNION ALL
                SELECT p.transfer_id, p.amount FROM ledger_loose_postings p
                JOIN ledger_accounts a ON a.id = p.account_id WHERE a.unit = ?
            ) AS legs
            GROUP BY transfer_id HAVING SUM(amount) <> 0 ORDER BY transfer_id LIMIT 1
            """,
            unit,
            unit
        ) { try $0.string() }
    }
}
