import Base
package import Database

/// The table `alert_watches`: a device has a row while something is wrong with it, or may soon be;
/// whoever changes alerts of a device holds its row, in ascending order.
package enum WatchesStore {
    private static let rowsPerStatementMax = 64

    /// Holds the rows of all these devices, and makes those that are missing: of such a device no
    /// alert is open.
    static func begin(
        _ numbers: [Int64],
        in tx: Transaction,
        newest: ([Int64]) throws -> [Int64: Instant]
    ) throws -> (watches: [Int64: Watch], newborn: Set<Int64>) {
        guard !numbers.isEmpty else { return ([:], []) }
        for part in numbers.parts(of: rowsPerStatementMax) {
            var sql = SQLText("INSERT INTO alert_watches (device_number) VALUES")
            sql.appendRows(part.map { [$0] })
            // Not INSERT IGNORE, which would share a row that two then want for themselves.
            sql.append(" ON DUPLICATE KEY UPDATE device_number = VALUES(device_number)")
            try tx.execute(sql)
        }
        var watches = try lock(numbers, in: tx)
        let newborn = numbers.filter { watches[$0]?.seenAt == nil }
        guard !newborn.isEmpty else { return (watches, []) }
        let moments = try newest(newborn)
        for number in newborn { watches[number]?.seenAt = moments[number] ?? .earliest }
        return (watches, Set(newborn))
    }

    /// Holds the rows that there are.
    static func lock(_ numbers: [Int64], in tx: Transaction) throws -> [Int64: Watch] {
        guard !numbers.isEmpty else { return [:] }
        var sql = SQLText(
            "SELECT device_number, seen_at, door_open_since FROM alert_watches WHERE device_number"
        )
        sql.appendIn(numbers)
        sql.append(" ORDER BY device_number FOR UPDATE")
        let found = try tx.rows(sql) { row in
            (
                try row.int64(),
                Watch(seenAt: try row.optionalInstant(), doorOpenSince: try row.optionalInstant())
            )
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// For who changes an alert by hand: readings of its device wait meanwhile.
    package static func hold(_ numbers: [Int64], in tx: Transaction) throws {
        _ = try lock(numbers.sorted(), in: tx)
    }

    static func save(_ watches: [(number: Int64, watch: Watch)], in tx: Transaction) throws {
        for part in watches.parts(of: rowsPerStatementMax) {
            var sql = SQLText(
                "INSERT INTO alert_watches (device_number, seen_at, door_open_since) VALUES"
            )
            sql.appendRows(part.map { [$0.number, $0.watch.seenAt, $0.watch.doorOpenSince] })
            sql.append(
                """
                 ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at),
                    door_open_since = VALUES(door_open_since)
                """
            )
            try tx.send(sql)
        }
    }

    static func end(_ numbers: [Int64], in tx: Transaction) throws {
        guard !numbers.isEmpty else { return }
        var sql = SQLText("DELETE FROM alert_watches WHERE device_number")
        sql.appendIn(numbers)
        try tx.send(sql)
    }
}

extension Array {
    func parts(of count: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: self.count, by: count).map { start in
            self[start..<Swift.min(start + count, self.count)]
        }
    }
}
