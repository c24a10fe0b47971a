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
    static let sortingUsual = Sorting(field: "createdAt", isDescending: true)

    var paging: Paging
    var sorting = sortingUsual
    var contractID: String?
    var status: Shipment.Status?
    var from: Instant?
    var to: Instant?
    var text: String?

    init(_ paging: Paging) {
        self.paging = paging
    }

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(&fields, allowed: ["createdAt"], default: Self.sortingUsual)
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
        let (shipment, contract) = try find(call)
        return .json(
            ShipmentReply(
                shipment: shipment,
                contract: ContractBrief(contract, at: call.worker.clock.now)
            )
        )
    }

    /// What the path names, if the caller may see it.
    static func find(_ call: Call) throws -> (Shipment, Contract) {
        let caller = try call.caller()
        let database = call.worker.database
        let id = try call.id("id", prefix: "shp")
        guard let shipment = try ShipmentsStore.find(id, database),
            caller.may(.readAllShipments) || shipment.createdBy == caller.id
        else { throw Problem.notFound }
        return (shipment, try ContractsStore.load(shipment.contractID, database))
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
