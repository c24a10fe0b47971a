import Base
import Database
import House
import Outbox

/// What the demo's contracts and shipments would have told, gathered to be written in the order of
/// their days.
final class DemoNews {
    private static let source = "demo"

    private let seeding: Seeding
    private var told: [(event: NewEvent, at: Instant)] = []

    init(_ seeding: Seeding) {
        self.seeding = seeding
    }

    func tell(_ type: String, _ contract: Contract, at moment: Instant) {
        let id = id("\(type) \(contract.id)")
        told.append((ContractEvents.contract(type, contract, id: id, at: moment), moment))
    }

    func tell(crossing percent: Int64, _ contract: Contract, at moment: Instant) {
        let id = id("\(percent) \(contract.id)")
        told.append((ContractEvents.threshold(percent, contract, id: id, at: moment), moment))
    }

    func tell(_ shipment: Shipment, _ contract: Contract) {
        let type = shipment.status == .accepted ? "shipment.accepted" : "shipment.blocked"
        let moment = shipment.createdAt
        let reply = ShipmentReply(
            shipment: shipment,
            contract: ContractBrief(contract, at: moment)
        )
        told.append((ContractEvents.shipment(type, reply, id: id(shipment.id)), moment))
    }

    func write(in tx: Transaction) throws {
        // What happened in one moment stays in the order in which it came about.
        let ordered = told.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        for (_, news) in ordered {
            try Outbox.append([news.event], from: DemoNews.source, at: news.at, in: tx)
        }
    }

    private func id(_ name: String) -> String { seeding.id(Outbox.idPrefix, name) }
}
