import Base
import Database
import HTTP
import House

/// `POST shipments/:id/cancel`: a manager takes back what was accepted, and the quota has it again.
enum CancelShipment {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: "shp")
        let now = call.worker.clock.now
        // Nothing is read without a lock before its transfer is locked: what an older view of the
        // tables hides, such as another cancellation, would be undone twice.
        var shipment = try ShipmentsStore.lock(id, in: tx)
        var book = try ContractBook(locking: [shipment.contractID], at: now, in: tx)
        let reason = try call.input(CancelWish.self).reason
        guard shipment.status == .accepted, let transferID = shipment.transferID else {
            throw ContractRefusal.notCancellable(shipment.status)
        }
        let contract = try book.takeBack(
            shipment,
            undoing: transferID,
            transferID: call.worker.makeID("trf"),
            in: tx
        )
        let before = shipment
        shipment.status = .cancelled
        shipment.cancelledBy = try call.caller().id
        shipment.cancelledAt = now
        shipment.cancelReason = reason
        try book.write(in: tx)
        try ShipmentsStore.cancel(shipment, in: tx)
        let brief = ContractBrief(contract, at: now)
        let reply = ShipmentReply(shipment: shipment, contract: brief)
        try Audit.record(
            "shipment.cancelled",
            "shipment",
            id,
            before: ShipmentReply(shipment: before, contract: brief).snapshot,
            after: reply.snapshot,
            call,
            tx
        )
        try ContractEvents.append(
            [ContractEvents.shipment("shipment.cancelled", reply, call)],
            call,
            tx
        )
        return .json(reply)
    }
}

struct CancelWish: Input {
    let reason: String

    init(_ fields: inout Fields) {
        reason = fields.text("reason", 1...500)
    }
}
