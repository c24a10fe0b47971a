import Base
import Database
import HTTP
import House
import Ledger
import Outbox

/// Decides shipments one after the other on locked contracts, and writes all that came of it.
struct Despatch {
    private let now: Instant
    private var book: ContractBook
    private var shipments: [Shipment] = []
    private var news: [(news: News, call: Call)] = []

    /// What is to be told, in the order in which it came about: each tells how its contract stood
    /// then, and the last must not tell of an earlier moment.
    private enum News {
        case shipment(type: String, ShipmentReply)
        case crossing(percent: Int64, Contract)
        case blocking(Contract, requested: Int64)
    }

    /// What became of a shipment; both ways it is recorded.
    enum Verdict {
        case shipped(ShipmentReply)
        case refused(Problem, ShipmentReply)
    }

    init(_ book: ContractBook, at now: Instant) {
        self.book = book
        self.now = now
    }

    mutating func take(_ input: NewShipment, _ call: Call) throws -> Verdict {
        let contract = try book.contract(input.contractID)
        if let refusal = contract.refusal(at: now) {
            return block(input, contract, refusal, call)
        }
        let shipment = shipment(input, .accepted, call)
        do {
            let after = try book.ship(
                shipment,
                transferID: shipment.transferID ?? "",
                idempotencyKey: call.idempotencyKey
            )
            let reply = note(shipment, "shipment.accepted", after, call)
            for percent in after.percentsCrossed(from: contract) {
                news.append((.crossing(percent: percent, after), call))
            }
            return .shipped(reply)
        } catch LedgerRefusal.insufficient {
            var blocked = contract
            blocked.state = .blocked
            blocked.lockReason = Contract.blockedReason(input.quantity)
            book.replace(blocked)
            let refusal = ContractRefusal.quotaExceeded(contract, requested: input.quantity)
            let verdict = block(input, blocked, refusal, call)
            news.append((.blocking(blocked, requested: input.quantity), call))
            return verdict
        }
    }

    mutating func write(_ call: Call, _ tx: Transaction) throws {
        try book.write(in: tx)
        try ShipmentsStore.insert(shipments, in: tx)
        var told: [NewEvent] = []
        for (news, call) in news { told += try tell(news, call, tx) }
        try ContractEvents.append(told, call, tx)
    }

    private func tell(_ news: News, _ call: Call, _ tx: Transaction) throws -> [NewEvent] {
        switch news {
        case .shipment(let type, let reply):
            return [ContractEvents.shipment(type, reply, call)]
        case .crossing(let percent, let contract):
            return try ContractAlert.tell(percent, contract, call, tx)
        case .blocking(let contract, let requested):
            let kept = try ContractChange.record(
                "contract.blocked",
                contract,
                because: contract.lockReason,
                call,
                tx
            )
            try ContractMails.blocked(kept, requested, call, tx)
            return [ContractEvents.contract("contract.blocked", kept, call)]
        }
    }

    private mutating func block(
        _ input: NewShipment,
        _ contract: Contract,
        _ refusal: Problem,
        _ call: Call
    ) -> Verdict {
        let shipment = shipment(input, .blocked, reason: refusal.code, call)
        let reply = note(shipment, "shipment.blocked", contract, call)
        return .refused(refusal.with(["shipmentId": .string(shipment.id)]), reply)
    }

    private mutating func note(
        _ shipment: Shipment,
        _ type: String,
        _ contract: Contract,
        _ call: Call
    ) -> ShipmentReply {
        let reply = ShipmentReply(
            shipment: shipment,
            contract: ContractBrief(contract, at: now)
        )
        shipments.append(shipment)
        news.append((.shipment(type: type, reply), call))
        return reply
    }

    private func shipment(
        _ input: NewShipment,
        _ status: Shipment.Status,
        reason: String? = nil,
        _ call: Call
    ) -> Shipment {
        Shipment(
            id: call.worker.makeID("shp"),
            contractID: input.contractID,
            quantity: input.quantity,
            status: status,
            reason: reason,
            reference: input.reference,
            destination: input.destination,
            transferID: status == .accepted ? call.worker.makeID("trf") : nil,
            createdBy: call.principal?.id ?? "",
            createdAt: now
        )
    }
}
