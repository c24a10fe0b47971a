package import Base
package import Database

/// How the balance of an account went, as a picture shows it.
package enum BalanceCurve {
    /// A balance, and since when.
    package struct Point: Equatable, Sendable {
        package let at: Instant
        package let balance: Int64
    }

    /// Evenly chosen among all postings, the first and the last included: as quick for a million
    /// of them as for ten.
    package static func points(
        of account: Account,
        countMax: Int,
        _ queries: some Queries
    ) throws -> [Point] {
        let sequences = sequences(upTo: account.sequence, countMax: Int64(countMax))
        guard !sequences.isEmpty else { return [] }
        var sql = SQLText(
            "SELECT at, balance_after FROM ledger_postings WHERE account_id = ? AND sequence",
            account.id
        )
        sql.appendIn(sequences)
        sql.append(" ORDER BY sequence")
        return try queries.rows(sql) { row in
            Point(at: try row.instant(), balance: try row.int64())
        }
    }

    static func sequences(upTo last: Int64, countMax: Int64) -> [Int64] {
        guard last > countMax, countMax > 1 else { return last < 1 ? [] : Array(1...last) }
        let steps = countMax - 1
        // Twice as wide as needed for what a ledger can hold in a lifetime.
        return (0...steps).map { step in
            1 + (last - 1) / steps * step + (last - 1) % steps * step / steps
        }
    }
}
