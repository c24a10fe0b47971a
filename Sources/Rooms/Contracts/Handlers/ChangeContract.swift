import Base
import Database
import HTTP
import House

/// `PATCH contracts/:id`: what was agreed anew.
enum ChangeContract {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: "ctr")
        let contract = try ContractsDesk.change(id, call, tx) { contract in
            try call.requireMatch(version: contract.version)
            return try call.input(ContractPatch.self)
        }
        let now = call.worker.clock.now
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
        let contract = try ContractsDesk.setLock(id, call, tx) { contract in
            try call.requireMatch(version: contract.version)
            return try call.input(LockWish.self)
        }
        let now = call.worker.clock.now
        return .json(ContractReply(contract: contract, now: now)).tagged(contract, at: now)
    }
}

struct LockWish: Input {
    let isLocked: Bool
    let reason: String?

    init(isLocked: Bool, reason: String?) {
        self.isLocked = isLocked
        self.reason = reason
    }

    init(_ fields: inout Fields) {
        isLocked = fields.flag("locked")
        reason = fields.optionalText("reason", 1...500)
    }
}
