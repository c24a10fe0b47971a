import Base
import Database
import Devices
package import House

/// What a search finds in this room.
extension FleetRoom {
    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] {
        guard call.may(.readFleet) else { return [] }
        let database = call.worker.database
        let scope = try call.fleetScope(database)
        let limit = SearchHit.countMax
        let locations = try LocationsStore.search(text, in: scope, limit: limit, database)
        let cells = try ColdCellsStore.search(text, in: scope, limit: limit, database)
        let devices = try DevicesStore.search(text, in: scope, limit: limit, database)
        return locations.map { SearchHit($0.name, "location", FleetPath.location($0.id)) }
            + cells.map { SearchHit($0.name, "cold cell", FleetPath.coldCell($0.id)) }
            + devices.map { SearchHit($0.serialNumber, "device", FleetPath.device($0.id)) }
    }
}
