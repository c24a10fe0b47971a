import Base
import Database
import HTTP
import House
import Ledger

/// `POST shipments`: ships on contracts, all that arrived together in one transaction, each with
/// its own verdict.
///
/// One after the other in the order of their coming: all are accepted up to the first that does
/// not fit, which blocks its contract. What is refused for the state of a contract is recorded.
enum AddShipments {
    typealias Verdict = Result<Response, any Error>

    static func handle(_ calls: [Call], _ tx: Transaction) throws -> [Verdict] {
        guard let now = calls.first?.worker.clock.now else { return [] }
        let inputs = calls.map { call in Result { try call.input(NewShipment.self) } }
        let ids = Set(inputs.compactMap { (try? $0.get())?.contractID })
        var dispatch = Dispatch(try ContractBook(locking: ids, at: now, in: tx), at: now)
        let verdicts = zip(calls, inputs).map { call, input in
            Verdict { try dispatch.take(try input.get(), call) }
        }
        if let call = calls.first { try dispatch.write(call, tx) }
        return verdicts
    }
}

struct NewShipment: Input {
    let contractID: String
    let quantity: Int64
    let reference: String?
    let destination: String?

    init(_ fields: inout Fields) {
        contractID = fields.text("contractId", 1...40)
        quantity = fields.integer("quantity", 1...1_000_000_000)
        reference = fields.optionalText("reference", 1...100)
        destination = fields.optionalText("destination", 1...200)
    }
}

/// Decides shipments one after the other on locked contracts, and writes all that came of it.
struct Dispatch {
    private let now: Instant
    private var book: ContractBook
    private var shipments: [Shipment] = []
    private var events: [(event: ShipmentReply, type: String, call: Call)] = []
    private var crossings: [(percent: Int64, contract: Contract, call: Call)] = []
    private var blockings: [(contractID: String, requested: Int64, call: Call)] = []

    init(_ book: ContractBook, at now: Instant) {
        self.book = book
        self.now = now
    }

    mutating func take(_ input: NewShipment, _ call: Call) throws -> Response {
        let contract = try book.contract(input.contractID)
        if let refusal = contract.refusal(at: now) {
            return try block(input, contract, refusal, call)
        }
        let shipment = shipment(input, .accepted, call)
        do {
            let after = try book.ship(shipment, transferID: shipment.transferID ?? "")
            let reply = note(shipment, "shipment.accepted", after, call)
            crossings += after.percentsCrossed(from: contract.shipped)
                .map { ($0, after, call) }
            return .created(reply, at: "/api/v1/shipments/\(shipment.id)")
        } catch LedgerRefusal.insufficient {
            var blocked = contract
            blocked.state = .blocked
            blocked.lockReason =
                "A shipment of \(input.quantity) would have gone over the quota."
            book.replace(blocked)
            blockings.append((contract.id, input.quantity, call))
            let refusal = ContractRefusal.quotaExceeded(contract, requested: input.quantity)
            return try block(input, blocked, refusal, call)
        }
    }

    mutating func write(_ call: Call, _ tx: Transaction) throws {
        try book.write(in: tx)
        try ShipmentsStore.insert(shipments, in: tx)
        var told = events.map { ContractEvents.shipment($0.type, $0.event, $0.call) }
        for crossing in crossings
        where try ContractsStore.noteAlert(
            crossing.contract.id,
            percent: crossing.percent,
            at: now,
            in: tx
        ) {
            told.append(
                ContractEvents.threshold(crossing.percent, crossing.contract, crossing.call)
            )
            try ContractMails.threshold(crossing.percent, crossing.contract, crossing.call, tx)
        }
        for blocking in blockings {
            let contract = try ContractChange.record(
                "contract.blocked",
                try book.contract(blocking.contractID),
                blocking.call,
                tx
            )
            told.append(ContractEvents.contract("contract.blocked", contract, blocking.call))
            try ContractMails.blocked(contract, blocking.requested, blocking.call, tx)
        }
        try ContractEvents.append(told, call, tx)
    }

    private mutating func block(
        _ input: NewShipment,
        _ contract: Contract,
        _ refusal: Problem,
        _ call: Call
    ) throws -> Response {
        let shipment = shipment(input, .blocked, reason: refusal.code, call)
        note(shipment, "shipment.blocked", contract, call)
        return refusal.with(["shipmentId": .string(shipment.id)])
            .response(requestID: call.request.id)
    }

    @discardableResult
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
        events.append((reply, type, call))
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
