import Base
package import Database

/// Undoes a transfer, whole or in part, by one that points at it; nothing is edited or deleted.
package enum Reversal {
    /// What is left to undo of a transfer: its legs the other way round, less what earlier
    /// reversals have undone.
    ///
    /// The transfer's row is locked, so that two reversals at once see each other: as long as
    /// nothing was read without a lock in this transaction before, for that fixes what later
    /// reads see.
    package static func lockLegsLeft(
        of transferID: String,
        in tx: Transaction
    ) throws -> [NewTransfer.Leg]? {
        guard try TransfersStore.lock(transferID, in: tx) != nil else { return nil }
        var left: [Int64: Int64] = [:]
        for leg in try TransfersStore.legs(of: transferID, tx) {
            left[leg.accountID, default: 0] -= leg.amount
        }
        for leg in try TransfersStore.legsOfReversals(of: transferID, tx) {
            left[leg.accountID, default: 0] -= leg.amount
        }
        return left.sorted { $0.key < $1.key }.filter { $0.value != 0 }
            .map { NewTransfer.Leg($0.key, $0.value) }
    }

    /// The transfer that undoes so much of each account, which must be left of it.
    package static func transfer(
        id: String,
        kind: String,
        reference: String,
        undoing transferID: String,
        legs: [NewTransfer.Leg],
        left: [NewTransfer.Leg]
    ) throws(LedgerRefusal) -> NewTransfer {
        for leg in legs {
            let bound = left.first { $0.accountID == leg.accountID }?.amount ?? 0
            let isWithin =
                bound > 0
                ? (0...bound).contains(leg.amount)
                : (bound...0).contains(leg.amount)
            guard isWithin else {
                throw .reversedAlready(accountID: leg.accountID, left: bound)
            }
        }
        var transfer = NewTransfer(id: id, kind: kind, reference: reference, legs: legs)
        transfer.reverses = transferID
        return transfer
    }
}
