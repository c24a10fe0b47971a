import Base
import Database
import Devices
import HTTP
import House

/// What is done to locations, whether a program asks for it or a form.
enum LocationsDesk {
    static func add(_ input: NewLocation, _ call: Call, _ tx: Transaction) throws -> Location {
        let location = Location(
            id: call.worker.makeID(Location.idPrefix),
            organisationID: try tenant(input.organisationID, call, tx),
            name: input.name,
            address: input.address,
            latitude: input.latitude,
            longitude: input.longitude,
            createdAt: call.worker.clock.now
        )
        try LocationsStore.insert(location, tx)
        try FleetAudit.record("location.added", from: nil, to: location, call, tx)
        return location
    }

    /// `wish` is asked once the location is locked, and may refuse what it sees.
    static func change(
        _ id: String,
        _ call: Call,
        _ tx: Transaction,
        to wish: (Location) throws -> LocationPatch
    ) throws -> Location {
        guard let before = try LocationsStore.lock(id, tx),
            try call.fleetScope(tx).covers(before.organisationID)
        else { throw Problem.notFound }
        var location = before
        try wish(before).apply(to: &location)
        guard location != before else { return before }
        try LocationsStore.save(&location, tx)
        try FleetAudit.record("location.changed", from: before, to: location, call, tx)
        return location
    }

    /// Whose it becomes: of the named organisation, else of the only one that it can be.
    private static func tenant(_ named: String?, _ call: Call, _ tx: Transaction) throws -> String {
        let scope = try call.fleetScope(tx)
        guard let named else {
            let own = try call.caller().organisationID
            if let own, scope.covers(own) { return own }
            guard scope.organisationIDs.count == 1 else { throw DeviceRefusal.organisationNeeded }
            return scope.organisationIDs[0]
        }
        guard scope.covers(named),
            try !call.worker.people.tenants([named], limit: 1, tx).isEmpty
        else { throw DeviceRefusal.unknownOrganisation }
        return named
    }
}
