import Base
import Database
import HTTP
import House

/// `GET contracts`: every agreement, filtered and sorted.
enum ListContracts {
    static func handle(_ call: Call) throws -> Response {
        let now = call.worker.clock.now
        let page = try call.query(ContractsQuery.self).page(at: now, call.worker.database)
        return .json(page)
    }
}

struct ContractsQuery: Input {
    let paging: Paging
    let sorting: Sorting
    let status: Contract.Status?
    let text: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt", "code"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        status = fields.value("status", .choice(Contract.Status.self), isRequired: false)
        text = fields.optionalText("q", 1...200)
    }

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
                "(c.code LIKE ? OR c.title LIKE ? OR c.customer LIKE ? OR c.id = ?)",
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

/// `GET contracts/:id`: one agreement.
enum ShowContract {
    static func handle(_ call: Call) throws -> Response {
        let contract = try ContractsStore.load(
            try call.id("id", prefix: "ctr"),
            call.worker.database
        )
        let now = call.worker.clock.now
        return .json(ContractReply(contract: contract, now: now)).tagged(contract, at: now)
    }
}

/// `GET contracts/:id/history`: every version, the newest first, with who made it and when.
enum ContractHistory {
    static func handle(_ call: Call) throws -> Response {
        let contract = try ContractsStore.load(
            try call.id("id", prefix: "ctr"),
            call.worker.database
        )
        return .json(
            ItemsReply(items: try ContractsStore.versions(of: contract.id, call.worker.database))
        )
    }
}
