import Base
import Database
import HTTP
import House

/// `PATCH contracts/:id`: what was agreed anew.
enum ChangeContract {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: "ctr")
        let now = call.worker.clock.now
        var book = try ContractBook(locking: [id], givesQuota: true, at: now, in: tx)
        var contract = try book.contract(id)
        try call.requireMatch(version: contract.version)
        let change = try call.input(ContractPatch.self)
        if let quota = change.quota {
            contract = try book.setQuota(
                quota,
                of: id,
                transferID: call.worker.makeID("trf")
            )
        }
        change.apply(to: &contract)
        try book.write(in: tx)
        contract = try ContractChange.record("contract.changed", contract, call, tx)
        try ContractEvents.append(
            [ContractEvents.contract("contract.changed", contract, call)],
            call,
            tx
        )
        return .json(ContractReply(contract: contract, now: now)).tagged(contract)
    }
}

struct ContractPatch: Input {
    let title: String?
    let customer: Change<String>
    let quota: Int64?
    let alertPercents: [Int64]?
    let notifyEmails: [String]?
    let endsAt: Change<Instant>

    init(_ fields: inout Fields) {
        title = fields.optionalText("title", 1...200)
        customer = fields.change("customer", .text(1...200))
        quota = fields.optionalInteger("quota", 1...NewContract.quotaMax)
        alertPercents = fields.value("alertPercents", .alertPercents, isRequired: false)
        notifyEmails = fields.value("notifyEmails", .notifyEmails, isRequired: false)
        endsAt = fields.change("endsAt", .instant)
    }

    func apply(to contract: inout Contract) {
        contract.title = title ?? contract.title
        customer.apply(to: &contract.customer)
        contract.alertPercents = alertPercents ?? contract.alertPercents
        contract.notifyEmails = notifyEmails ?? contract.notifyEmails
        endsAt.apply(to: &contract.endsAt)
    }
}

/// `PATCH contracts/:id/lock`: a person stops a contract, or lets it go on whatever stopped it.
enum LockContract {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: "ctr")
        let now = call.worker.clock.now
        let book = try ContractBook(locking: [id], at: now, in: tx)
        var contract = try book.contract(id)
        try call.requireMatch(version: contract.version)
        let wish = try call.input(LockWish.self)
        contract.state = wish.isLocked ? .locked : .active
        contract.lockReason = wish.isLocked ? wish.reason : nil
        let type = wish.isLocked ? "contract.locked" : "contract.unlocked"
        contract = try ContractChange.record(type, contract, call, tx)
        try ContractEvents.append(
            [ContractEvents.contract(type, contract, call)],
            call,
            tx
        )
        return .json(ContractReply(contract: contract, now: now)).tagged(contract)
    }
}

struct LockWish: Input {
    let isLocked: Bool
    let reason: String?

    init(_ fields: inout Fields) {
        isLocked = fields.flag("locked")
        reason = fields.optionalText("reason", 1...500)
    }
}
