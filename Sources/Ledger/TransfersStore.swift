package import Base
package import Database

/// A transfer as it was posted.
package struct PostedTransfer: Equatable, Sendable {
    package let id: String
    package let kind: String
    package let reference: String
    package let note: String?
    package let reverses: String?
    package let at: Instant
}

/// What a transfer moved on one account; not in its chain yet while it has no sequence.
package struct PostedLeg: Equatable, Sendable {
    package let accountID: Int64
    package let amount: Int64
    package let sequence: Int64?
    package let balanceAfter: Int64?
}

/// Reads transfers with their legs, whether in the chains or still loose.
package enum TransfersStore {
    package static func find(_ id: String, _ queries: some Queries) throws -> PostedTransfer? {
        var sql = select
        sql.append(" WHERE id = ?", id)
        return try queries.row(sql, as: read)
    }

    static func lock(_ id: String, in tx: Transaction) throws -> PostedTransfer? {
        var sql = select
        sql.append(" WHERE id = ? FOR UPDATE", id)
        return try tx.row(sql, as: read)
    }

    package static func legs(
        of id: String,
        _ queries: some Queries
    ) throws -> [NewTransfer.Leg] {
        try queries.rows(
            """
            SELECT account_id, amount FROM ledger_postings WHERE transfer_id = ?
            UNION ALL
            SELECT account_id, amount FROM ledger_loose_postings WHERE transfer_id = ?
            """,
            id,
            id,
            as: readLeg
        )
    }

    package static func postedLegs(
        of id: String,
        _ queries: some Queries
    ) throws -> [PostedLeg] {
        try queries.rows(
            """
            SELECT account_id, amount, sequence, balance_after FROM ledger_postings
            WHERE transfer_id = ?
            UNION ALL
            SELECT account_id, amount, NULL, NULL FROM ledger_loose_postings WHERE transfer_id = ?
            """,
            id,
            id
        ) { row in
            PostedLeg(
                accountID: try row.int64(),
                amount: try row.int64(),
                sequence: try row.optionalInt64(),
                balanceAfter: try row.optionalInt64()
            )
        }
    }

    /// Those that undo a transfer, the oldest first.
    package static func reversals(
        of id: String,
        limit: Int64,
        _ queries: some Queries
    ) throws -> [PostedTransfer] {
        var sql = select
        sql.append(" WHERE reverses = ? ORDER BY at, id LIMIT ?", id, limit)
        return try queries.rows(sql, as: read)
    }

    /// Whose the other accounts of some transfers are, of those with a floor.
    package static func otherOwners(
        of ids: [String],
        than accountID: Int64,
        _ queries: some Queries
    ) throws -> [String: String] {
        guard !ids.isEmpty else { return [:] }
        var sql = SQLText(
            """
            SELECT p.transfer_id, a.owner FROM ledger_postings p
            JOIN ledger_accounts a ON a.id = p.account_id WHERE p.account_id <> ?
            """,
            accountID
        )
        sql.append(" AND p.transfer_id")
        sql.appendIn(ids)
        let owners = try queries.rows(sql) { (try $0.string(), try $0.string()) }
        return Dictionary(owners, uniquingKeysWith: { first, _ in first })
    }

    static func legsOfReversals(
        of id: String,
        _ queries: some Queries
    ) throws -> [NewTransfer.Leg] {
        try queries.rows(
            """
            SELECT p.account_id, p.amount FROM ledger_transfers t
            JOIN ledger_postings p ON p.transfer_id = t.id WHERE t.reverses = ?
            UNION ALL
            SELECT p.account_id, p.amount FROM ledger_transfers t
            JOIN ledger_loose_postings p ON p.transfer_id = t.id WHERE t.reverses = ?
            """,
            id,
            id,
            as: readLeg
        )
    }

    private static var select: SQLText {
        SQLText("SELECT id, kind, reference, note, reverses, at FROM ledger_transfers")
    }

    private static func read(_ row: inout Row) throws -> PostedTransfer {
        PostedTransfer(
            id: try row.string(),
            kind: try row.string(),
            reference: try row.string(),
            note: try row.optionalString(),
            reverses: try row.optionalString(),
            at: try row.instant()
        )
    }

    private static func readLeg(_ row: inout Row) throws -> NewTransfer.Leg {
        NewTransfer.Leg(try row.int64(), try row.int64())
    }
}
