import Base
import HTTP

/// A quantity that somebody shipped on a contract, or tried to.
struct Shipment: Sendable, Equatable {
    enum Status: String, CaseIterable, Sendable {
        case accepted, blocked, cancelled
    }

    let id: String
    let contractID: String
    let quantity: Int64
    var status: Status
    /// Why it was blocked.
    let reason: String?
    let reference: String?
    let destination: String?
    let transferID: String?
    let createdBy: String
    let createdAt: Instant
    var cancelledBy: String?
    var cancelledAt: Instant?
    var cancelReason: String?
}

/// What a shipment says of its contract.
struct ContractBrief: Reply, Sendable, Equatable {
    let id: String
    let code: String
    let unit: String
    let shipped: Int64
    let remaining: Int64
    let status: Contract.Status

    init(_ contract: Contract, at now: Instant) {
        id = contract.id
        code = contract.code
        unit = contract.unit
        shipped = contract.shipped
        remaining = contract.remaining
        status = contract.status(at: now)
    }

    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("code", code)
        reply.put("shipped", shipped)
        reply.put("remaining", remaining)
        reply.put("status", status)
    }

    static var sample: ContractBrief {
        let reply = ContractReply.sample
        return ContractBrief(reply.contract, at: reply.now)
    }
}

/// A shipment with its contract as it stands.
struct ShipmentReply: Reply {
    let shipment: Shipment
    let contract: ContractBrief

    func write(to reply: inout ReplyWriter) {
        reply.put("id", shipment.id)
        reply.put("contractId", shipment.contractID)
        reply.put("quantity", shipment.quantity)
        reply.put("status", shipment.status)
        reply.put("reason", shipment.reason)
        reply.put("reference", shipment.reference)
        reply.put("destination", shipment.destination)
        reply.put("createdBy", shipment.createdBy)
        reply.put("createdAt", shipment.createdAt)
        reply.put("cancelledBy", shipment.cancelledBy)
        reply.put("cancelledAt", shipment.cancelledAt)
        reply.put("cancelReason", shipment.cancelReason)
        reply.put("contract", contract)
    }

    static var sample: ShipmentReply {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return ShipmentReply(
            shipment: Shipment(
                id: "shp_01HXYZ00000000000000000000",
                contractID: "ctr_01HXYZ00000000000000000000",
                quantity: 25,
                status: .accepted,
                reason: "quota_exceeded",
                reference: "PO-7781",
                destination: "Pune",
                transferID: "trf_01HXYZ00000000000000000000",
                createdBy: "usr_01HXYZ00000000000000000000",
                createdAt: at,
                cancelledBy: "usr_01HXYZ00000000000000000000",
                cancelledAt: at,
                cancelReason: "Sent back"
            ),
            contract: .sample
        )
    }
}
