import Base
import Database

/// When contracts start and end.
enum ContractMomentsStore {
    /// The first of these moments between two.
    static func next(
        after mark: Instant,
        upTo now: Instant,
        _ queries: some Queries
    ) throws -> Instant? {
        let found = try queries.row(
            """
            SELECT MIN(at) FROM (
                SELECT MIN(starts_at) AS at FROM contracts WHERE starts_at > ? AND starts_at <= ?
                UNION ALL
                SELECT MIN(ends_at) FROM contracts WHERE ends_at > ? AND ends_at <= ?
            ) AS moments
            """,
            mark,
            now,
            mark,
            now
        ) { try $0.optionalInstant() }
        return found ?? nil
    }

    /// Those that start or end just then.
    static func contracts(at moment: Instant, _ tx: Transaction) throws -> [Contract] {
        var sql = ContractsStore.select
        sql.append(" WHERE c.starts_at = ? OR c.ends_at = ? ORDER BY c.id", moment, moment)
        return try ContractsStore.filled(try tx.rows(sql, as: ContractsStore.read), tx)
    }
}
