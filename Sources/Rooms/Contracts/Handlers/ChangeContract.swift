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
        let before = try book.contract(id)
        try call.requireMatch(version: before.version)
        let change = try call.input(ContractPatch.self)
        try change.check(against: before)
        var contract = before
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
        var told = [ContractEvents.contract("contract.changed", contract, call)]
        // A smaller quota is used up further by what was shipped already.
        for percent in contract.percentsCrossed(from: before) where contract.shipped > 0 {
            told += try ContractAlert.tell(percent, contract, call, tx)
        }
        try ContractEvents.append(told, call, tx)
        return .json(ContractReply(contract: contract, now: now)).tagged(contract, at: now)
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

    /// The rules that need to know the contract.
    func check(against contract: Contract) throws(Problem) {
        guard let endsAt = endsAt.value, let startsAt = contract.startsAt, endsAt <= startsAt
        else { return }
        throw .invalid([
            FieldError(field: "endsAt", code: "too_early", message: "must be after startsAt")
        ])
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
        let before = try book.contract(id)
        try call.requireMatch(version: before.version)
        let wish = try call.input(LockWish.self)
        var contract = before
        contract.state = wish.isLocked ? .locked : .active
        contract.lockReason = wish.isLocked ? wish.reason : nil
        let type = wish.isLocked ? "contract.locked" : "contract.unlocked"
        contract = try ContractChange.record(type, contract, call, tx)
        try Audit.record(
            type,
            "contract",
            id,
            before: ContractReply(contract: before, now: now).snapshot,
            after: ContractReply(contract: contract, now: now).snapshot,
            call,
            tx
        )
        try ContractEvents.append(
            [ContractEvents.contract(type, contract, call)],
            call,
            tx
        )
        return .json(ContractReply(contract: contract, now: now)).tagged(contract, at: now)
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
