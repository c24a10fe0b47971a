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
    package let hash: [UInt8]
}

/// Looks back: every balance there ever was can be told, whatever was posted since.
package enum LedgerHistory {
    /// So many postings are looked at by one statement.
    private static let placesMax: Int64 = 16

    /// All that it reads is of one moment when it is given a transaction.
    package static func standing(
        of account: Account,
        at moment: Instant,
        _ tx: Transaction
    ) throws -> Standing {
        let chained = try lastPosting(of: account, at: moment, tx).balance
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

    /// Which postings are of a time, its end not included: a chain is in the order of time.
    package static func sequences(
        of account: Account,
        from: Instant?,
        to: Instant?,
        _ queries: some Queries
    ) throws -> Range<Int64> {
        func count(before moment: Instant) throws -> Int64 {
            let last = moment.adding(milliseconds: -1)
            return try lastPosting(of: account, at: last, queries).sequence
        }
        let start = try from.map(count(before:)) ?? 0
        let end = try to.map(count(before:)) ?? account.sequence
        return start + 1..<max(start, end) + 1
    }

    /// Looks at places in the chain, and closer between two of them, until the last posting of that
    /// time is found: an index by time would cost each posting more than this costs the few who
    /// look back.
    private static func lastPosting(
        of account: Account,
        at moment: Instant,
        _ queries: some Queries
    ) throws -> (sequence: Int64, balance: Int64) {
        var before: (sequence: Int64, balance: Int64) = (0, 0)
        var after = account.sequence + 1
        while after - before.sequence > 1 {
            let places = places(between: before.sequence, and: after)
            for place in try look(at: places, of: account, queries) {
                guard place.at <= moment else {
                    after = place.sequence
                    break
                }
                before = (place.sequence, place.balance)
            }
        }
        return before
    }

    /// In even steps, all of them if they are few.
    private static func places(between before: Int64, and after: Int64) -> [Int64] {
        let count = min(placesMax, after - before - 1)
        return (1...count).map { before + (after - before) / (count + 1) * $0 }
    }

    private static func look(
        at places: [Int64],
        of account: Account,
        _ queries: some Queries
    ) throws -> [(sequence: Int64, at: Instant, balance: Int64)] {
        var sql = SQLText(
            "SELECT sequence, at, balance_after FROM ledger_postings WHERE account_id = ?",
            account.id
        )
        sql.append(" AND sequence")
        sql.appendIn(places)
        sql.append(" ORDER BY sequence")
        let found = try queries.rows(sql) { row in
            (sequence: try row.int64(), at: try row.instant(), balance: try row.int64())
        }
        guard found.count == places.count else {
            let missing = Set(places).subtracting(found.map(\.sequence)).sorted()
            throw Fault("account \(account.id) lacks postings \(missing)")
        }
        return found
    }

    /// The newest first, unless told otherwise.
    package static func entries(
        of accountID: Int64,
        in sequences: Range<Int64>,
        kind: String? = nil,
        isDescending: Bool = true,
        limit: Int64,
        offset: Int64 = 0,
        _ queries: some Queries
    ) throws -> [Entry] {
        var sql = SQLText(
            """
            SELECT p.sequence, p.amount, p.balance_after, p.hash, p.at, t.id, t.kind, t.reference,
                t.note, t.reverses
            """
        )
        sql.append(filter(accountID, in: sequences, kind: kind))
        sql.append(isDescending ? " ORDER BY p.sequence DESC" : " ORDER BY p.sequence")
        sql.append(" LIMIT ? OFFSET ?", limit, offset)
        return try queries.rows(sql, as: readEntry)
    }

    package static func countEntries(
        of accountID: Int64,
        in sequences: Range<Int64>,
        kind: String? = nil,
        countMax: Int,
        _ queries: some Queries
    ) throws -> Int {
        // Sequences have no gaps.
        guard let kind else { return min(sequences.count, countMax) }
        var sql = SQLText("SELECT COUNT(*) FROM (SELECT 1")
        sql.append(filter(accountID, in: sequences, kind: kind))
        sql.append(" LIMIT ?) AS counted", countMax)
        return try queries.row(sql) { try $0.int() } ?? 0
    }

    /// What a transfer did to one account, the last of it when it did more.
    package static func entry(
        of transferID: String,
        on accountID: Int64,
        _ queries: some Queries
    ) throws -> Entry? {
        try queries.row(
            """
            SELECT p.sequence, p.amount, p.balance_after, p.hash, p.at, t.id, t.kind, t.reference,
                t.note, t.reverses
            FROM ledger_postings p JOIN ledger_transfers t ON t.id = p.transfer_id
            WHERE p.transfer_id = ? AND p.account_id = ? ORDER BY p.sequence DESC LIMIT 1
            """,
            transferID,
            accountID,
            as: readEntry
        )
    }

    private static func filter(
        _ accountID: Int64,
        in sequences: Range<Int64>,
        kind: String?
    ) -> SQLText {
        var sql = SQLText(
            """
             FROM ledger_postings p JOIN ledger_transfers t ON t.id = p.transfer_id
            WHERE p.account_id = ? AND p.sequence >= ? AND p.sequence < ?
            """,
            accountID,
            sequences.lowerBound,
            sequences.upperBound
        )
        if let kind { sql.append(" AND t.kind = CONVERT(? USING ascii)", kind) }
        return sql
    }

    private static func readEntry(_ row: inout Row) throws -> Entry {
        let sequence = try row.int64()
        let amount = try row.int64()
        let balanceAfter = try row.int64()
        let hash = try row.bytes()
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
            balanceAfter: balanceAfter,
            hash: hash
        )
    }
}

extension Range<Int64> {
    /// What of these sequences comes after one of them in a list; any number may be asked for.
    package func beyond(_ sequence: Int64?, _ isDescending: Bool) -> Range<Int64> {
        guard let sequence else { return self }
        guard !isDescending else {
            return lowerBound..<Swift.max(lowerBound, Swift.min(upperBound, sequence))
        }
        let start = sequence == .max ? sequence : sequence + 1
        return Swift.min(Swift.max(lowerBound, start), upperBound)..<upperBound
    }
}
