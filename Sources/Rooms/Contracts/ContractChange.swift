import Base
import Database
import HTTP
import House

/// What every change of a contract leaves: a new version, and how the contract was with it.
enum ContractChange {
    /// Keeps the contract as the next version, and returns it so.
    static func record(
        _ action: String,
        _ contract: Contract,
        because reason: String? = nil,
        _ call: Call,
        _ tx: Transaction
    ) throws -> Contract {
        var contract = contract
        contract.version += 1
        contract.updatedAt = call.worker.clock.now
        try ContractsStore.save(contract, in: tx)
        try keepVersion(action, contract, because: reason, call, tx)
        return contract
    }

    static func keepVersion(
        _ action: String,
        _ contract: Contract,
        because reason: String? = nil,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        let author = (id: call.principal?.id ?? "", name: call.principal?.name ?? "")
        let now = call.worker.clock.now
        try keepVersion(action, contract, because: reason, by: author, at: now, tx)
    }

    static func keepVersion(
        _ action: String,
        _ contract: Contract,
        because reason: String? = nil,
        by author: (id: String, name: String),
        at now: Instant,
        _ tx: Transaction
    ) throws {
        try ContractsStore.insert(
            ContractVersion(
                contractID: contract.id,
                version: contract.version,
                action: action,
                actorID: author.id,
                actorName: author.name,
                at: now,
                reason: reason,
                contract: ContractReply(contract: contract, now: now).snapshot
            ),
            in: tx
        )
    }
}
