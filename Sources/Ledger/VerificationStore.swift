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
        of account: Int64,
        after sequence: Int64,
        _ count: Int64,
        _ tx: Transaction
    ) throws -> [Posting] {
        try tx.rows(
            """
            SELECT sequence, transfer_id, amount, balance_after, at, hash FROM ledger_postings
            WHERE account_id = ? AND sequence > ? ORDER BY sequence LIMIT ?
            """,
            account,
            sequence,
            count
        ) { row in
            Posting(
                accountID: account,
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
        of account: Int64,
        _ tx: Transaction
    ) throws -> [(transferID: String, amount: Int64)] {
        try tx.rows(
            "SELECT transfer_id, amount FROM ledger_loose_postings WHERE account_id = ?",
            account
        ) { (transferID: try $0.string(), amount: try $0.int64()) }
    }

    static func held(on account: Int64, _ tx: Transaction) throws -> Int64 {
        try tx.row(
            """
            SELECT CAST(COALESCE(SUM(amount), 0) AS SIGNED) FROM ledger_holds
            WHERE account_id = ? AND status = 'held'
            """,
            account
        ) { try $0.int64() } ?? 0
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
