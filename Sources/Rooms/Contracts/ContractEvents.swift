import Base
import Database
import HTTP
import House
import Outbox

/// What is told of contracts and shipments.
enum ContractEvents {
    static func contract(_ type: String, _ contract: Contract, _ call: Call) -> NewEvent {
        let id = call.worker.makeID(Outbox.idPrefix)
        return self.contract(type, contract, id: id, at: call.worker.clock.now)
    }

    static func contract(
        _ type: String,
        _ contract: Contract,
        id: String,
        at now: Instant
    ) -> NewEvent {
        NewEvent(
            id: id,
            type,
            on: ["contracts", "contracts/\(contract.id)"],
            data: ReplyWriter.object {
                $0.put("contract", ContractReply(contract: contract, now: now))
            }
        )
    }

    /// Crossing a percentage.
    static func threshold(_ percent: Int64, _ contract: Contract, _ call: Call) -> NewEvent {
        let id = call.worker.makeID(Outbox.idPrefix)
        return threshold(percent, contract, id: id, at: call.worker.clock.now)
    }

    static func threshold(
        _ percent: Int64,
        _ contract: Contract,
        id: String,
        at now: Instant
    ) -> NewEvent {
        NewEvent(
            id: id,
            "contract.threshold_reached",
            on: ["contracts", "contracts/\(contract.id)"],
            data: ReplyWriter.object {
                $0.put("percent", percent)
                $0.put("contract", ContractReply(contract: contract, now: now))
            }
        )
    }

    static func shipment(_ type: String, _ reply: ShipmentReply, _ call: Call) -> NewEvent {
        shipment(type, reply, id: call.worker.makeID(Outbox.idPrefix))
    }

    static func shipment(_ type: String, _ reply: ShipmentReply, id: String) -> NewEvent {
        var event = NewEvent(
            id: id,
            type,
            on: ["shipments", "contracts", "contracts/\(reply.shipment.contractID)"],
            data: ReplyWriter.object {
                $0.put("shipment", reply)
                $0.put("contract", reply.contract)
            }
        )
        event.userID = reply.shipment.createdBy
        return event
    }

    static func append(_ events: [NewEvent], _ call: Call, _ tx: Transaction) throws {
        try Outbox.append(
            events,
            from: call.worker.settings.source,
            at: call.worker.clock.now,
            in: tx
        )
    }
}
