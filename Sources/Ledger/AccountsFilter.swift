package import Database

/// Which accounts somebody looks for, in the order of their making.
package struct AccountsFilter: Sendable {
    package var kind: String?
    package var unit: String?
    /// The beginning of an owner's id; beside these owners and this number, when they are given.
    package var text: String?
    package var owners: [String] = []
    package var id: Int64?

    package init(kind: String? = nil, unit: String? = nil) {
        self.kind = kind
        self.unit = unit
    }

    /// Accounts of a page, `beyond` an id in the direction of the list, how many there are up to a
    /// bound, and the id behind which there are more.
    package func page(
        beyond id: Int64?,
        isDescending: Bool,
        limit: Int64,
        offset: Int64,
        countMax: Int,
        _ queries: some Queries
    ) throws -> (accounts: [Account], total: Int, last: Int64?) {
        // One more than the page holds tells whether there is another.
        let found = try accounts(
            beyond: id,
            isDescending: isDescending,
            limit: limit + 1,
            offset: offset,
            queries
        )
        let shown = Array(found.prefix(Int(limit)))
        let last = found.count > shown.count ? shown.last?.id : nil
        return (shown, try count(upTo: countMax, queries), last)
    }

    /// `beyond` an id in the direction of the list.
    package func accounts(
        beyond id: Int64?,
        isDescending: Bool = true,
        limit: Int64,
        offset: Int64 = 0,
        _ queries: some Queries
    ) throws -> [Account] {
        var sql = LedgerStore.select
        sql.append(conditions)
        if let id { sql.append(isDescending ? " AND id < ?" : " AND id > ?", id) }
        sql.append(isDescending ? " ORDER BY id DESC" : " ORDER BY id")
        sql.append(" LIMIT ? OFFSET ?", limit, offset)
        return try queries.rows(sql, as: LedgerStore.read)
    }

    package func count(upTo countMax: Int, _ queries: some Queries) throws -> Int {
        var sql = SQLText("SELECT 1 FROM ledger_accounts")
        sql.append(conditions)
        return try queries.row(SQLText.count(of: sql, upTo: countMax)) { try $0.int() } ?? 0
    }

    /// The kinds and units that there are, to choose from.
    package static func choices(
        limit: Int64,
        _ queries: some Queries
    ) throws -> [(kind: String, unit: String)] {
        try queries.rows(
            "SELECT DISTINCT kind, unit FROM ledger_accounts ORDER BY kind, unit LIMIT ?",
            limit
        ) { (kind: try $0.string(), unit: try $0.string()) }
    }

    private var conditions: SQLText {
        var sql = SQLText(" WHERE TRUE")
        if let kind { sql.append(" AND kind = CONVERT(? USING ascii)", kind) }
        if let unit { sql.append(" AND unit = CONVERT(? USING ascii)", unit) }
        guard let text else { return sql }
        sql.append(" AND (owner LIKE CONVERT(? USING ascii)", SearchPattern.beginning(with: text))
        if let id { sql.append(" OR id = ?", id) }
        if !owners.isEmpty {
            sql.append(" OR owner")
            sql.appendIn(owners)
        }
        sql.append(")")
        return sql
    }
}

/// What was posted to an account without a floor and waits for its place in the chain.
package struct LooseSum: Equatable, Sendable {
    package let count: Int64
    package let amount: Int64

    package static let none = LooseSum(count: 0, amount: 0)

    package static func of(
        _ accounts: [Account],
        _ queries: some Queries
    ) throws -> [Int64: LooseSum] {
        let ids = accounts.filter { $0.floor == nil }.map(\.id)
        guard !ids.isEmpty else { return [:] }
        var sql = SQLText(
            """
            SELECT account_id, COUNT(*), CAST(SUM(amount) AS SIGNED) FROM ledger_loose_postings
            WHERE account_id
            """
        )
        sql.appendIn(ids)
        sql.append(" GROUP BY account_id")
        let sums = try queries.rows(sql) {
            (try $0.int64(), LooseSum(count: try $0.int64(), amount: try $0.int64()))
        }
        return Dictionary(uniqueKeysWithValues: sums)
    }
}

extension Ledger {
    /// Accounts of a kind from which more was taken than their floor allows.
    package static func overdrawn(
        kind: String,
        limit: Int,
        _ queries: some Queries
    ) throws -> [Account] {
        var sql = LedgerStore.select
        sql.append(
            " WHERE kind = ? AND (floor IS NULL OR balance - held < floor) ORDER BY id LIMIT ?",
            kind,
            limit
        )
        return try queries.rows(sql, as: LedgerStore.read)
    }
}
