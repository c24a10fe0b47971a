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
    var paging: Paging
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
        let paging = try call.query(Paging.self)
        let contract = try ContractsStore.load(
            try call.id("id", prefix: "ctr"),
            call.worker.database
        )
        // Versions are numbered from one without gaps, so that places are numbers.
        let newest = contract.version - paging.offset
        let found = try ContractsStore.versions(
            of: contract.id,
            below: try paging.cursor?.integer(0) ?? newest + 1,
            limit: paging.limit + 1,
            call.worker.database
        )
        let items = Array(found.prefix(Int(paging.limit)))
        let isMore = found.count > items.count
        return .json(
            ListReply(
                items: items,
                paging: paging,
                total: Int(contract.version),
                next: isMore ? items.last.map { Cursor(keys: [.integer($0.version)]) } : nil
            )
        )
    }
}
