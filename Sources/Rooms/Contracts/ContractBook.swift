import Base
import Database
import HTTP
import House
import Ledger

/// Contracts that are locked together with their accounts, until the transaction ends: the one
/// place where quota is given, shipped and taken back.
struct ContractBook {
    private let now: Instant
    private var contracts: [String: Contract] = [:]
    private var book: LedgerBook
    private let issue: Account?

    /// `givesQuota` when quotas change: they come from an account of the platform's.
    init(
        locking ids: some Collection<String>,
        givesQuota: Bool = false,
        at now: Instant,
        in tx: Transaction
    ) throws {
        self.now = now
        issue = givesQuota ? try ContractBook.issue(at: now, in: tx) : nil
        let locked = try ContractsStore.lock(ids, in: tx)
        book = try LedgerBook(
            locking: locked.flatMap { [$0.quotaAccount, $0.shippedAccount] },
            beside: issue.map { [$0] } ?? [],
            at: now,
            in: tx
        )
        for contract in locked { put(contract) }
    }

    /// The two accounts of a new contract, empty.
    static func openAccounts(
        of id: String,
        at now: Instant,
        in tx: Transaction
    ) throws -> (quota: Int64, shipped: Int64) {
        func open(_ kind: String) throws -> Int64 {
            let name = AccountName(owner: id, kind: kind, unit: Contract.unit)
            return try Ledger.open(name, floor: 0, at: now, in: tx).id
        }
        return (try open("quota"), try open("shipped"))
    }

    func contract(_ id: String) throws(Problem) -> Contract {
        guard let contract = contracts[id] else { throw .notFound }
        return contract
    }

    /// Changes what is kept of a contract beside its numbers.
    mutating func replace(_ contract: Contract) {
        put(contract)
    }

    /// Ships a quantity, or tells that it does not fit.
    mutating func ship(
        _ shipment: Shipment,
        transferID: String,
        idempotencyKey: String? = nil
    ) throws -> Contract {
        let contract = try contract(shipment.contractID)
        var transfer = NewTransfer(
            id: transferID,
            kind: "shipment.accepted",
            reference: shipment.id,
            legs: [
                NewTransfer.Leg(contract.quotaAccount, -shipment.quantity),
                NewTransfer.Leg(contract.shippedAccount, shipment.quantity),
            ]
        )
        transfer.idempotencyKey = idempotencyKey
        try book.post(transfer)
        return put(contract)
    }

    /// Gives the quantity of a shipment back to the quota.
    mutating func takeBack(
        _ shipment: Shipment,
        undoing original: String,
        transferID: String,
        idempotencyKey: String?,
        in tx: Transaction
    ) throws -> Contract {
        let contract = try contract(shipment.contractID)
        guard let left = try Reversal.lockLegsLeft(of: original, in: tx) else {
            throw Fault("shipment \(shipment.id) has no transfer")
        }
        var transfer = try Reversal.transfer(
            id: transferID,
            kind: "shipment.cancelled",
            reference: shipment.id,
            undoing: original,
            legs: left,
            left: left
        )
        transfer.idempotencyKey = idempotencyKey
        try book.post(transfer)
        return put(contract)
    }

    /// Sets how much there is in all; never less than was shipped.
    mutating func setQuota(
        _ quota: Int64,
        of id: String,
        transferID: String,
        idempotencyKey: String? = nil
    ) throws -> Contract {
        let contract = try contract(id)
        guard quota >= contract.shipped else {
            throw ContractRefusal.quotaBelowShipped(
                quota: contract.quota,
                shipped: contract.shipped,
                requested: quota
            )
        }
        let change = quota - contract.quota
        guard change != 0, let issue else { return contract }
        var transfer = NewTransfer(
            id: transferID,
            kind: "quota.set",
            reference: id,
            legs: [
                NewTransfer.Leg(issue.id, -change),
                NewTransfer.Leg(contract.quotaAccount, change),
            ]
        )
        transfer.idempotencyKey = idempotencyKey
        try book.post(transfer)
        return put(contract)
    }

    mutating func write(in tx: Transaction) throws {
        try book.write(in: tx)
    }

    /// With the numbers of the ledger.
    @discardableResult
    private mutating func put(_ contract: Contract) -> Contract {
        var contract = contract
        contract.shipped = book.account(contract.shippedAccount).balance
        contract.remaining = book.account(contract.quotaAccount).balance
        contracts[contract.id] = contract
        return contract
    }

    /// Where quotas come from; it owes what all contracts have.
    private static func issue(at now: Instant, in tx: Transaction) throws -> Account {
        try Ledger.open(
            AccountName(owner: "platform", kind: "quota.issued", unit: Contract.unit),
            floor: nil,
            at: now,
            in: tx
        )
    }
}
