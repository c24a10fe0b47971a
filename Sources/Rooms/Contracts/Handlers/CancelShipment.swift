import Base
import Database
import HTTP
import House

/// `POST shipments/:id/cancel`: a manager takes back what was accepted, and the quota has it again.
enum CancelShipment {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: "shp")
        let reply = try ShipmentsDesk.cancel(id, call, tx) { try call.input(CancelWish.self) }
        return .json(reply)
    }
}

struct CancelWish: Input {
    let reason: String

    init(_ fields: inout Fields) {
        reason = fields.text("reason", 1...500)
    }
}
