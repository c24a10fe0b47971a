import Base
import Database

/// The rows of the ledger: the only place that writes a balance.
enum LedgerStore {
    /// So many rows go into one statement; each count is a text of its own for the cache.
    private static let rowsPerStatementMax = 64

    /// In ascending order, as everybody locks them.
    static func lock(_ ids: [Int64], in tx: Transaction) throws -> [Account] {
        guard !ids.isEmpty else { return [] }
        var sql = select
        sql.append(" WHERE id")
        sql.appendIn(ids.sorted())
        sql.append(" ORDER BY id FOR UPDATE")
        return try tx.rows(sql, as: read)
    }

    static func find(_ ids: [Int64], _ queries: some Queries) throws -> [Account] {
        var sql = select
        sql.append(" WHERE id")
        sql.appendIn(ids)
        return try queries.rows(sql, as: read)
    }

    static func find(_ name: AccountName, _ queries: some Queries) throws -> Account? {
        var sql = select
        sql.append(
            " WHERE owner = ? AND kind = ? AND unit = ?",
            name.owner,
            name.kind,
            name.unit
        )
        return try queries.row(sql, as: read)
    }

    static func find(
        owners: [String],
        kind: String,
        unit: String,
        _ queries: some Queries
    ) throws -> [String: Account] {
        guard !owners.isEmpty else { return [:] }
        var sql = select
        sql.append(" WHERE kind = ? AND unit = ? AND owner", kind, unit)
        sql.appendIn(owners)
        let found = try queries.rows(sql, as: read)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.name.owner, $0) })
    }

    static func lock(_ name: AccountName, in tx: Transaction) throws -> Account? {
        var sql = select
        sql.append(
            " WHERE owner = ? AND kind = ? AND unit = ? FOR UPDATE",
            name.owner,
            name.kind,
            name.unit
        )
        return try tx.row(sql, as: read)
    }

    /// Harmless when it is there already.
    static func insert(
        _ name: AccountName,
        floor: Int64?,
        at now: Instant,
        in tx: Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO ledger_accounts (owner, kind, unit, floor, last_at, created_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE id = id
            """,
            name.owner,
            name.kind,
            name.unit,
            floor,
            now,
            now
        )
    }

    static func update(_ accounts: [Account], in tx: Transaction) throws {
        try inSlices(accounts) { slice in
            // One statement for many rows; none of them is ever new.
            var sql = SQLText(
                """
                INSERT INTO ledger_accounts
                    (id, owner, kind, unit, balance, held, sequence, head, last_at) VALUES
                """
            )
            sql.appendRows(
                slice.map { account in
                    [
                        account.id, account.name.owner, account.name.kind, account.name.unit,
                        account.balance, account.held, account.sequence, account.head,
                        account.lastAt,
                    ]
                }
            )
            sql.append(
                """
                 ON DUPLICATE KEY UPDATE balance = VALUES(balance), held = VALUES(held),
                    sequence = VALUES(sequence), head = VALUES(head), last_at = VALUES(last_at)
                """
            )
            try tx.send(sql)
        }
    }

    static func insert(
        transfers: [(transfer: NewTransfer, at: Instant)],
        in tx: Transaction
    ) throws {
        try inSlices(transfers) { slice in
            var sql = SQLText(
                """
                INSERT INTO ledger_transfers
                    (id, kind, reference, note, idempotency_key, reverses, at) VALUES
                """
            )
            sql.appendRows(
                slice.map { transfer, at in
                    [
                        transfer.id, transfer.kind, transfer.reference, transfer.note,
                        transfer.idempotencyKey, transfer.reverses, at,
                    ]
                }
            )
            try tx.send(sql)
        }
    }

    static func insert(postings: [Posting], in tx: Transaction) throws {
        try inSlices(postings) { slice in
            var sql = SQLText(
                """
                INSERT INTO ledger_postings
                    (account_id, sequence, transfer_id, amount, balance_after, at, hash) VALUES
                """
            )
            sql.appendRows(
                slice.map { posting in
                    [
                        posting.accountID, posting.sequence, posting.transferID, posting.amount,
                        posting.balanceAfter, posting.at, posting.hash,
                    ]
                }
            )
            try tx.send(sql)
        }
    }

    static func insert(loose postings: [LedgerBook.LoosePosting], in tx: Transaction) throws {
        try inSlices(postings) { slice in
            var sql = SQLText(
                "INSERT INTO ledger_loose_postings (account_id, transfer_id, amount, at) VALUES"
            )
            sql.appendRows(
                slice.map { posting in
                    [posting.accountID, posting.transferID, posting.amount, posting.at]
                }
            )
            try tx.send(sql)
        }
    }

    static func insert(holds: [Hold], in tx: Transaction) throws {
        try inSlices(holds) { slice in
            var sql = SQLText(
                """
                INSERT INTO ledger_holds
                    (id, account_id, amount, kind, reference, created_at, expires_at) VALUES
                """
            )
            sql.appendRows(
                slice.map { hold in
                    [
                        hold.id, hold.accountID, hold.amount, hold.kind, hold.reference,
                        hold.createdAt, hold.expiresAt,
                    ]
                }
            )
            try tx.send(sql)
        }
    }

    static func end(_ hold: Hold, in tx: Transaction) throws {
        try tx.execute(
            "UPDATE ledger_holds SET status = ?, transfer_id = ?, ended_at = ? WHERE id = ?",
            hold.status.rawValue,
            hold.transferID,
            hold.endedAt,
            hold.id
        )
    }

    static func findHold(_ id: String, _ queries: some Queries) throws -> Hold? {
        try queries.row(
            """
            SELECT id, account_id, amount, kind, reference, status, transfer_id, created_at,
                expires_at, ended_at
            FROM ledger_holds WHERE id = ?
            """,
            id,
            as: readHold
        )
    }

    static func lockHold(_ id: String, in tx: Transaction) throws -> Hold? {
        try tx.row(
            """
            SELECT id, account_id, amount, kind, reference, status, transfer_id, created_at,
                expires_at, ended_at
            FROM ledger_holds WHERE id = ? FOR UPDATE
            """,
            id,
            as: readHold
        )
    }

    static func findExpiredHolds(
        at now: Instant,
        count: Int,
        _ queries: some Queries
    ) throws -> [Hold] {
        try queries.rows(
            """
            SELECT id, account_id, amount, kind, reference, status, transfer_id, created_at,
                expires_at, ended_at
            FROM ledger_holds WHERE status = 'held' AND expires_at <= ?
            ORDER BY expires_at LIMIT ?
            """,
            now,
            count,
            as: readHold
        )
    }

    static func imbalances(_ queries: some Queries) throws -> [(unit: String, sum: Int64)] {
        try queries.rows(
            """
            SELECT unit, CAST(SUM(amount) AS SIGNED) FROM (
                SELECT unit, balance AS amount FROM ledger_accounts
                UNION ALL
                SELECT a.unit, l.amount FROM ledger_loose_postings l
                JOIN ledger_accounts a ON a.id = l.account_id
            ) AS amounts
            GROUP BY unit HAVING SUM(amount) <> 0 ORDER BY unit
            """
        ) { (unit: try $0.string(), sum: try $0.int64()) }
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT id, owner, kind, unit, floor, balance, held, sequence, head, last_at
            FROM ledger_accounts
            """
        )
    }

    static func read(_ row: inout Row) throws -> Account {
        Account(
            id: try row.int64(),
            name: AccountName(
                owner: try row.string(),
                kind: try row.string(),
                unit: try row.string()
            ),
            floor: try row.optionalInt64(),
            balance: try row.int64(),
            held: try row.int64(),
            sequence: try row.int64(),
            head: try row.bytes(),
            lastAt: try row.instant()
        )
    }

    private static func readHold(_ row: inout Row) throws -> Hold {
        Hold(
            id: try row.string(),
            accountID: try row.int64(),
            amount: try row.int64(),
            kind: try row.string(),
            reference: try row.string(),
            status: Hold.Status(rawValue: try row.string()) ?? .held,
            transferID: try row.optionalString(),
            createdAt: try row.instant(),
            expiresAt: try row.optionalInstant(),
            endedAt: try row.optionalInstant()
        )
    }

    private static func inSlices<Item>(
        _ items: [Item],
        _ body: (ArraySlice<Item>) throws -> Void
    ) throws {
        var rest = items[...]
        while !rest.isEmpty {
            try body(rest.prefix(rowsPerStatementMax))
            rest = rest.dropFirst(rowsPerStatementMax)
        }
    }
}
