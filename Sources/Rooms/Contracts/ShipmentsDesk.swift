import Base
import Database
import HTTP
import House

/// What is done to shipments, whether a program asks for it or a form.
enum ShipmentsDesk {
    /// Ships on contracts, one after the other, each with its own verdict.
    static func ship(
        _ wishes: [(input: Result<NewShipment, any Error>, call: Call)],
        _ tx: Transaction
    ) throws -> [Result<Despatch.Verdict, any Error>] {
        guard let first = wishes.first?.call else { return [] }
        let now = first.worker.clock.now
        // What is no id leads nowhere; asking for it would lock more than one row.
        let ids = wishes.compactMap { wish in
            if case .success(let shipment) = wish.input { shipment.contractID } else { nil }
        }.filter { Identifier.isWellFormed($0, prefix: Contract.idPrefix) }
        var despatch = Despatch(try ContractBook(locking: Set(ids), at: now, in: tx), at: now)
        let verdicts = wishes.map { wish in
            Result { try despatch.take(try wish.input.get(), wish.call) }
        }
        try despatch.write(first, tx)
        return verdicts
    }

    /// `wish` is asked once the shipment is locked.
    static func cancel(
        _ id: String,
        _ call: Call,
        _ tx: Transaction,
        for wish: () throws -> CancelWish
    ) throws -> ShipmentReply {
        let now = call.worker.clock.now
        // Nothing is read without a lock before its transfer is locked: what an older view of the
        // tables hides, such as another cancellation, would be undone twice.
        var shipment = try ShipmentsStore.lock(id, in: tx)
        var book = try ContractBook(locking: [shipment.contractID], at: now, in: tx)
        let reason = try wish().reason
        guard shipment.status == .accepted, let transferID = shipment.transferID else {
            throw ContractRefusal.notCancellable(shipment.status)
        }
        let contract = try book.takeBack(
            shipment,
            undoing: transferID,
            transferID: call.worker.makeID("trf"),
            idempotencyKey: call.idempotencyKey,
            in: tx
        )
        let before = shipment
        shipment.status = .cancelled
        shipment.cancelledBy = try call.caller().id
        shipment.cancelledAt = now
        shipment.cancelReason = reason
        try book.write(in: tx)
        try ShipmentsStore.cancel(shipment, in: tx)
        let reply = ShipmentReply(
            shipment: shipment,
            contract: ContractBrief(contract, at: now)
        )
        try tell(reply, insteadOf: before, call, tx)
        return reply
    }

    private static func tell(
        _ reply: ShipmentReply,
        insteadOf before: Shipment,
        _ call: Call,
        _ tx: Transaction
    ) throws {
        try Audit.record(
            "shipment.cancelled",
            "shipment",
            before.id,
            before: ShipmentReply(shipment: before, contract: reply.contract).snapshot,
            after: reply.snapshot,
            call,
            tx
        )
        try ContractEvents.append(
            [ContractEvents.shipment("shipment.cancelled", reply, call)],
            call,
            tx
        )
    }
}
