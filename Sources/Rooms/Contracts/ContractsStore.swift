import Base
import Database
import HTTP
import House
import Ledger

/// The rows of `contracts`, `contract_versions` and `contract_alerts`.
enum ContractsStore {
    static func insert(_ contract: Contract, in tx: Transaction) throws {
        do {
            try tx.execute(
                """
                INSERT INTO contracts (id, code, title, customer, unit, quota_account,
                    shipped_account, status, lock_reason, alert_percents, notify_emails,
                    starts_at, ends_at, version, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                contract.id,
                contract.code,
                contract.title,
                contract.customer,
                contract.unit,
                contract.quotaAccount,
                contract.shippedAccount,
                contract.state.rawValue,
                contract.lockReason,
                text(contract.alertPercents),
                text(contract.notifyEmails),
                contract.startsAt,
                contract.endsAt,
                contract.version,
                contract.createdAt,
                contract.updatedAt
            )
        } catch let error as DatabaseError where error.isDuplicate {
            throw ContractRefusal.codeTaken
        }
    }

    /// As the ledger has it at the same moment.
    static func load(_ id: String, _ queries: some Queries) throws -> Contract {
        var sql = select
        sql.append(" WHERE c.id = ?", id)
        guard let contract = try queries.row(sql, as: read) else { throw Problem.notFound }
        return try filled([contract], queries)[0]
    }

    /// With what the ledger says of the quotas and of what was shipped.
    static func filled(_ contracts: [Contract], _ queries: some Queries) throws -> [Contract] {
        guard !contracts.isEmpty else { return [] }
        let ids = contracts.flatMap { [$0.quotaAccount, $0.shippedAccount] }
        let accounts = try Ledger.find(ids, queries)
        let balances = Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.balance) })
        return contracts.map { contract in
            var contract = contract
            contract.shipped = balances[contract.shippedAccount] ?? 0
            contract.remaining = balances[contract.quotaAccount] ?? 0
            return contract
        }
    }

    /// By its code, or by its id.
    static func findID(named name: String, _ queries: some Queries) throws -> String? {
        var sql = SQLText("SELECT id FROM contracts")
        if Identifier.isWellFormed(name, prefix: Contract.idPrefix) {
            sql.append(" WHERE id = ?", name)
        } else {
            sql.append(" WHERE code = ?", name)
        }
        return try queries.row(sql) { try $0.string() }
    }

    static func hasCode(_ code: String, _ queries: some Queries) throws -> Bool {
        try queries.row("SELECT 1 FROM contracts WHERE code = ?", code) { try $0.int64() } != nil
    }

    /// The next ones in the order of their ids.
    static func contracts(
        after id: String,
        count: Int,
        _ queries: some Queries
    ) throws -> [Contract] {
        var sql = select
        sql.append(" WHERE c.id > ? ORDER BY c.id LIMIT ?", id, count)
        return try filled(try queries.rows(sql, as: read), queries)
    }

    /// What each newest version says of the contract.
    static func newestVersions(
        of contracts: [Contract],
        _ queries: some Queries
    ) throws -> [String: JSON] {
        guard !contracts.isEmpty else { return [:] }
        var sql = SQLText(
            """
            SELECT v.contract_id, v.contract FROM contracts c
            JOIN contract_versions v ON v.contract_id = c.id AND v.version = c.version
            WHERE c.id
            """
        )
        sql.appendIn(contracts.map(\.id))
        let found = try queries.rows(sql) { row in
            (try row.string(), try JSON(parsing: try row.string()))
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// The contracts of some shipments.
    static func briefs(
        of shipments: [Shipment],
        at now: Instant,
        _ queries: some Queries
    ) throws -> [String: ContractBrief] {
        guard !shipments.isEmpty else { return [:] }
        var sql = select
        sql.append(" WHERE c.id")
        sql.appendIn(Set(shipments.map(\.contractID)).sorted())
        let contracts = try filled(try queries.rows(sql, as: read), queries)
        return Dictionary(
            uniqueKeysWithValues: contracts.map { ($0.id, ContractBrief($0, at: now)) }
        )
    }

    /// In ascending order, and their accounts after: everybody locks them so.
    static func lock(_ ids: some Collection<String>, in tx: Transaction) throws -> [Contract] {
        guard !ids.isEmpty else { return [] }
        var sql = select
        sql.append(" WHERE c.id")
        sql.appendIn(ids.sorted())
        sql.append(" ORDER BY c.id FOR UPDATE")
        return try tx.rows(sql, as: read)
    }

    /// All that can change, but for the quota.
    static func save(_ contract: Contract, in tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE contracts SET title = ?, customer = ?, status = ?, lock_reason = ?,
                alert_percents = ?, notify_emails = ?, ends_at = ?, version = ?, updated_at = ?
            WHERE id = ?
            """,
            contract.title,
            contract.customer,
            contract.state.rawValue,
            contract.lockReason,
            text(contract.alertPercents),
            text(contract.notifyEmails),
            contract.endsAt,
            contract.version,
            contract.updatedAt,
            contract.id
        )
    }

    /// Whether it was not told before.
    static func noteAlert(
        _ contractID: String,
        percent: Int64,
        at now: Instant,
        in tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            "INSERT IGNORE INTO contract_alerts (contract_id, percent, at) VALUES (?, ?, ?)",
            contractID,
            percent,
            now
        ).affectedRows == 1
    }

    static func insert(_ version: ContractVersion, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO contract_versions
                (contract_id, version, action, actor_id, actor_name, at, reason, contract)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            version.contractID,
            version.version,
            version.action,
            version.actorID,
            version.actorName,
            version.at,
            version.reason,
            version.contract.text
        )
    }

    /// The newest first, below a version when one is given.
    static func versions(
        of contractID: String,
        below version: Int64? = nil,
        limit: Int64,
        _ queries: some Queries
    ) throws -> [ContractVersion] {
        try queries.rows(
            """
            SELECT contract_id, version, action, actor_id, actor_name, at, reason, contract
            FROM contract_versions WHERE contract_id = ? AND version < ?
            ORDER BY version DESC LIMIT ?
            """,
            contractID,
            version ?? .max,
            limit
        ) { row in
            ContractVersion(
                contractID: try row.string(),
                version: try row.int64(),
                action: try row.string(),
                actorID: try row.string(),
                actorName: try row.string(),
                at: try row.instant(),
                reason: try row.optionalString(),
                contract: try JSON(parsing: try row.string())
            )
        }
    }

    static var select: SQLText {
        SQLText(
            """
            SELECT c.id, c.code, c.title, c.customer, c.unit, c.quota_account, c.shipped_account,
                c.status, c.lock_reason, c.alert_percents, c.notify_emails, c.starts_at, c.ends_at,
                c.version, c.created_at, c.updated_at
            FROM contracts c
            """
        )
    }

    /// What was shipped is the ledger's to say: `filled` does, or the book of those who lock.
    static func read(_ row: inout Row) throws -> Contract {
        let id = try row.string()
        let code = try row.string()
        let title = try row.string()
        let customer = try row.optionalString()
        let unit = try row.string()
        let quotaAccount = try row.int64()
        let shippedAccount = try row.int64()
        let state = Contract.State(rawValue: try row.string()) ?? .locked
        let lockReason = try row.optionalString()
        let percents = try JSON(parsing: try row.string()).array ?? []
        let emails = try JSON(parsing: try row.string()).array ?? []
        let startsAt = try row.optionalInstant()
        let endsAt = try row.optionalInstant()
        let version = try row.int64()
        let createdAt = try row.instant()
        let updatedAt = try row.instant()
        return Contract(
            id: id,
            code: code,
            title: title,
            customer: customer,
            unit: unit,
            quotaAccount: quotaAccount,
            shippedAccount: shippedAccount,
            shipped: 0,
            remaining: 0,
            state: state,
            lockReason: lockReason,
            alertPercents: percents.compactMap(\.integer),
            notifyEmails: emails.compactMap(\.string),
            startsAt: startsAt,
            endsAt: endsAt,
            version: version,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }

    private static func text(_ percents: [Int64]) -> String {
        JSON.array(percents.map { .integer($0) }).text
    }

    private static func text(_ emails: [String]) -> String {
        JSON.array(emails.map { .string($0) }).text
    }
}

extension ContractsQuery {
    func page(at now: Instant, _ database: MariaDB) throws -> ListReply<ContractReply> {
        let byCode = sorting.field == "code"
        var listing = Listing(
            select: ContractsStore.select,
            count: SQLText("SELECT 1 FROM contracts c"),
            paging: paging,
            sortsBy: byCode ? .text : .instant,
            isDescending: sorting.isDescending,
            order: byCode
                ? (" ORDER BY c.code, c.id", " ORDER BY c.code DESC, c.id DESC")
                : (" ORDER BY c.created_at, c.id", " ORDER BY c.created_at DESC, c.id DESC"),
            after: byCode
                ? (" (c.code, c.id) > (?, ?)", " (c.code, c.id) < (?, ?)")
                : (" (c.created_at, c.id) > (?, ?)", " (c.created_at, c.id) < (?, ?)")
        )
        switch status {
        case nil: break
        case .active:
            listing.require("c.status = 'active' AND (c.ends_at IS NULL OR c.ends_at > ?)", now)
        case .expired: listing.require("c.status = 'active' AND c.ends_at <= ?", now)
        case .blocked: listing.require("c.status = 'blocked'")
        case .locked: listing.require("c.status = 'locked'")
        }
        if let text {
            let pattern = SearchPattern.containing(text)
            listing.require(
                """
                (c.code LIKE ? OR c.title LIKE ? OR c.customer LIKE ?
                    OR c.id = CONVERT(? USING ascii))
                """,
                pattern,
                pattern,
                pattern,
                text
            )
        }
        let found = try listing.items(database, read: ContractsStore.read)
        return try listing.page(
            ContractsStore.filled(found, database),
            database,
            key: { contract in
                let key: JSON =
                    byCode
                    ? .string(contract.code) : .integer(contract.createdAt.milliseconds)
                return [key, .string(contract.id)]
            },
            reply: { ContractReply(contract: $0, now: now) }
        )
    }
}
