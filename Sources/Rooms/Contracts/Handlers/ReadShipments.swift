import Base
import Database
import HTTP
import House

/// `GET shipments`: those that the caller may see, filtered and sorted.
enum ListShipments {
    static func handle(_ call: Call) throws -> Response {
        let query = try call.query(ShipmentsQuery.self)
        return .json(try query.page(for: try call.caller(), call.worker))
    }
}

struct ShipmentsQuery: Input {
    let paging: Paging
    let sorting: Sorting
    let contractID: String?
    let status: Shipment.Status?
    let from: Instant?
    let to: Instant?
    let text: String?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        contractID = fields.optionalText("contractId", 1...40)
        status = fields.value("status", .choice(Shipment.Status.self), isRequired: false)
        from = fields.optionalInstant("from")
        to = fields.optionalInstant("to")
        text = fields.optionalText("q", 1...200)
    }
}

/// `GET shipments/:id`: one that the caller may see.
enum ShowShipment {
    static func handle(_ call: Call) throws -> Response {
        let caller = try call.caller()
        let database = call.worker.database
        let id = try call.id("id", prefix: "shp")
        guard let shipment = try ShipmentsStore.find(id, database),
            caller.may(.readAllShipments) || shipment.createdBy == caller.id
        else { throw Problem.notFound }
        let contract = try ContractsStore.load(shipment.contractID, database)
        return .json(
            ShipmentReply(
                shipment: shipment,
                contract: ContractBrief(contract, at: call.worker.clock.now)
            )
        )
    }
}

/// `GET shipments/stats/summary`: how many there were, and how much they moved.
enum ShipmentsSummary {
    static func handle(_ call: Call) throws -> Response {
        let caller = try call.caller()
        let query = try call.query(SummaryQuery.self)
        let owner = caller.may(.readAllShipments) ? nil : caller.id
        return .json(try SummaryStore.summary(query, of: owner, call.worker.database))
    }
}

struct SummaryQuery: Input {
    let from: Instant?
    let to: Instant?
    let contractID: String?

    init(_ fields: inout Fields) {
        from = fields.optionalInstant("from")
        to = fields.optionalInstant("to")
        contractID = fields.optionalText("contractId", 1...40)
    }
}
