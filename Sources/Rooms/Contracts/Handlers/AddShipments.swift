import Base
import Database
import HTTP
import House

/// `POST shipments`: ships on contracts, all that arrived together in one transaction, each with
/// its own verdict.
///
/// One after the other in the order of their coming: all are accepted up to the first that does
/// not fit, which blocks its contract. What is refused for the state of a contract is recorded.
enum AddShipments {
    typealias Verdict = Result<Response, any Error>

    static func handle(_ calls: [Call], _ tx: Transaction) throws -> [Verdict] {
        let wishes = calls.map { call in
            (input: Result { try call.input(NewShipment.self) as NewShipment }, call: call)
        }
        return try zip(ShipmentsDesk.ship(wishes, tx), calls).map { verdict, call in
            verdict.map { response($0, call) }
        }
    }

    private static func response(_ verdict: Despatch.Verdict, _ call: Call) -> Response {
        switch verdict {
        case .shipped(let reply):
            .created(reply, at: "/api/v1/shipments/\(reply.shipment.id)")
        case .refused(let problem, _): problem.response(requestID: call.request.id)
        }
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
