import Base
import Database
import HTTP
import House

/// What is done to contracts, whether a program asks for it or a form.
enum ContractsDesk {
    static func add(_ input: NewContract, _ call: Call, _ tx: Transaction) throws -> Contract {
        let now = call.worker.clock.now
        let id = call.worker.makeID(Contract.idPrefix)
        let accounts = try ContractBook.openAccounts(of: id, at: now, in: tx)
        try ContractsStore.insert(input.contract(id, accounts, at: now), in: tx)
        var book = try ContractBook(locking: [id], givesQuota: true, at: now, in: tx)
        let contract = try book.setQuota(
            input.quota,
            of: id,
            transferID: call.worker.makeID("trf"),
            idempotencyKey: call.idempotencyKey
        )
        try book.write(in: tx)
        try ContractChange.keepVersion("contract.created", contract, call, tx)
        try audit("contract.created", nil, contract, call, tx)
        try ContractEvents.append(
            [ContractEvents.contract("contract.created", contract, call)],
            call,
            tx
        )
        return contract
    }

    /// `wish` is asked once the contract is locked, and may refuse what it sees.
    static func change(
        _ id: String,
        _ call: Call,
        _ tx: Transaction,
        to wish: (Contract) throws -> ContractPatch
    ) throws -> Contract {
        let now = call.worker.clock.now
        var book = try ContractBook(locking: [id], givesQuota: true, at: now, in: tx)
        let before = try book.contract(id)
        let change = try wish(before)
        try change.check(against: before)
        var contract = before
        if let quota = change.quota {
            contract = try book.setQuota(
                quota,
                of: id,
                transferID: call.worker.makeID("trf"),
                idempotencyKey: call.idempotencyKey
            )
        }
        change.apply(to: &contract)
        try book.write(in: tx)
        contract = try ContractChange.record("contract.changed", contract, call, tx)
        try audit("contract.changed", before, contract, call, tx)
        var told = [ContractEvents.contract("contract.changed", contract, call)]
        // A smaller quota is used up further by what was shipped already.
        for percent in contract.percentsCrossed(from: before) where contract.shipped > 0 {
            told += try ContractAlert.tell(percent, contract, call, tx)
        }
        try ContractEvents.append(told, call, tx)
        return contract
    }

    /// `wish` is asked once the contract is locked, and may refuse what it sees.
    static func setLock(
        _ id: String,
        _ call: Call,
        _ tx: Transaction,
        to wish: (Contract) throws -> LockWish
    ) throws -> Contract {
        let now = call.worker.clock.now
        let book = try ContractBook(locking: [id], at: now, in: tx)
        let before = try book.contract(id)
        let wish = try wish(before)
        var contract = before
        contract.state = wish.isLocked ? .locked : .active
        contract.lockReason = wish.isLocked ? wish.reason : nil
        let type = wish.isLocked ? "contract.locked" : "contract.unlocked"
        contract = try ContractChange.record(type, contract, because: wish.reason, call, tx)
        try audit(type, before, contract, call, tx)
        try ContractEvents.append(
            [ContractEvents.contract(type, contract, call)],
            call,
            tx
        )
        return contract
    }

    private static func audit(
        _ action: String,
        _ before: Contract?,
        _ after: Contract,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        func snapshot(_ contract: Contract) -> JSON {
            ContractReply(contract: contract, now: call.worker.clock.now).snapshot
        }
        try Audit.record(
            action,
            "contract",
            after.id,
            before: before.map(snapshot) ?? .null,
            after: snapshot(after),
            call,
            tx
        )
    }
}
