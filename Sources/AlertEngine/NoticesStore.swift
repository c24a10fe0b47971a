import Base
package import Database

/// What people are to be written about an alert.
package struct AlertNotice: Sendable, Equatable {
    /// What each is a mail of its own about.
    package enum Kind: String, CaseIterable, Sendable {
        case raised, escalated, resolved
    }

    package let number: Int64
    package let alertID: String
    package let kind: Kind
}

/// The table `alert_notices`: rows wait until a mail was written about them.
package enum NoticesStore {
    private static let rowsPerStatementMax = 64

    static func insert(_ changes: [AlertChange], at now: Instant, in tx: Transaction) throws {
        let notices = changes.compactMap { change in
            AlertNotice.Kind(rawValue: change.kind.rawValue).map { (change.alert.id, $0) }
        }
        for part in notices.parts(of: rowsPerStatementMax) {
            var sql = SQLText("INSERT INTO alert_notices (alert_id, kind, at) VALUES")
            sql.appendRows(part.map { [$0.0, $0.1.rawValue, now] })
            try tx.send(sql)
        }
    }

    /// Nobody is written about what is long over.
    package static func drop(about alertIDs: [String], in tx: Transaction) throws {
        for part in Set(alertIDs).sorted().parts(of: rowsPerStatementMax) {
            var sql = SQLText("DELETE FROM alert_notices WHERE alert_id")
            sql.appendIn(Array(part))
            try tx.send(sql)
        }
    }

    package static func isAny(_ queries: some Queries) throws -> Bool {
        try queries.row("SELECT 1 FROM alert_notices LIMIT 1") { try $0.int() } != nil
    }

    /// The oldest ones, which are taken away.
    package static func take(countMax: Int, in tx: Transaction) throws -> [AlertNotice] {
        let notices = try tx.rows(
            """
            SELECT number, alert_id, kind FROM alert_notices ORDER BY number LIMIT ?
            FOR UPDATE SKIP LOCKED
            """,
            countMax
        ) { row in
            AlertNotice(
                number: try row.int64(),
                alertID: try row.string(),
                kind: AlertNotice.Kind(rawValue: try row.string()) ?? .raised
            )
        }
        for part in notices.parts(of: rowsPerStatementMax) {
            var sql = SQLText("DELETE FROM alert_notices WHERE number")
            sql.appendIn(part.map(\.number))
            try tx.send(sql)
        }
        return notices
    }
}
