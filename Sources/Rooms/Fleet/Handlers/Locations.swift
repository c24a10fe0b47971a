import Database
import Devices
import HTTP
import House

/// `POST locations`: a new place where cold cells stand.
enum AddLocation {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let location = try LocationsDesk.add(try call.input(NewLocation.self), call, tx)
        return .created(
            LocationReply(location: location),
            at: "/api/v1/locations/\(location.id)"
        ).tagged(version: location.version)
    }
}

/// `GET locations`: those of the caller's tenants, filtered and sorted.
enum ListLocations {
    static func handle(_ call: Call) throws -> Response {
        let database = call.worker.database
        let query = try call.query(LocationsQuery.self)
        return .json(
            try query.page(in: try call.fleetScope(database), database) {
                LocationReply(location: $0)
            }
        )
    }
}

/// `GET locations/:id`: one of them.
enum ShowLocation {
    static func handle(_ call: Call) throws -> Response {
        let location = try call.location()
        return .json(LocationReply(location: location)).tagged(version: location.version)
    }
}

/// `PATCH locations/:id`: what is different there now.
enum ChangeLocation {
    static func handle(_ call: Call, _ tx: Transaction) throws -> Response {
        let id = try call.id("id", prefix: Location.idPrefix)
        let location = try LocationsDesk.change(id, call, tx) { location in
            try call.requireMatch(version: location.version)
            return try call.input(LocationPatch.self)
        }
        return .json(LocationReply(location: location)).tagged(version: location.version)
    }
}
