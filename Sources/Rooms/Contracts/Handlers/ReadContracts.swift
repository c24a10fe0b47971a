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
        let contract = try ContractsStore.load(
            try call.id("id", prefix: "ctr"),
            call.worker.database
        )
        return .json(
            ItemsReply(items: try ContractsStore.versions(of: contract.id, call.worker.database))
        )
    }
}
