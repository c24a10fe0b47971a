import Base
import Database
import Devices
import HTTP
import House

/// What a path names, if the caller may see it; else it is as if there were none.
extension Call {
    func location() throws -> Location {
        let database = worker.database
        let id = try id("id", prefix: Location.idPrefix)
        guard let location = try LocationsStore.find(id, database),
            try fleetScope(database).covers(location.organisationID)
        else { throw Problem.notFound }
        return location
    }

    func coldCell() throws -> ColdCell {
        let database = worker.database
        let id = try id("id", prefix: ColdCell.idPrefix)
        guard let cell = try ColdCellsStore.find(id, database),
            try fleetScope(database).covers(cell.organisationID)
        else { throw Problem.notFound }
        return cell
    }

    func fleetDevice() throws -> Device {
        let database = worker.database
        let id = try id("id", prefix: Device.idPrefix)
        guard let device = try DevicesStore.find(id, database),
            try fleetScope(database).covers(device)
        else { throw Problem.notFound }
        return LastSeen(worker.cache).filled([device])[0]
    }
}
