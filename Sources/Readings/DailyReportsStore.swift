package import Database

/// The table `daily_reports`.
package enum DailyReportsStore {
    /// The day of which each of them was written last; nothing of those who never were.
    package static func lastDays(
        of userIDs: [String],
        _ queries: some Queries
    ) throws -> [String: String] {
        guard !userIDs.isEmpty else { return [:] }
        var sql = SQLText("SELECT user_id, day FROM daily_reports WHERE user_id")
        sql.appendIn(userIDs)
        let found = try queries.rows(sql) { (try $0.string(), try $0.string()) }
        return Dictionary(uniqueKeysWithValues: found)
    }

    package static func note(_ day: String, to userID: String, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO daily_reports (user_id, day) VALUES (?, ?)
            ON DUPLICATE KEY UPDATE day = ?
            """,
            userID,
            day,
            day
        )
    }
}
