import Base
import Database
import Devices
import HTTP
import House

/// What is done to cold cells, whether a program asks for it or a form.
enum ColdCellsDesk {
    static func add(_ input: NewColdCell, _ call: Call, _ tx: Transaction) throws -> ColdCell {
        let location = try location(input.locationID, in: try call.fleetScope(tx), tx)
        let cell = ColdCell(
            id: call.worker.makeID(ColdCell.idPrefix),
            locationID: location.id,
            organisationID: location.organisationID,
            name: input.name,
            minTemperature: input.minTemperature,
            maxTemperature: input.maxTemperature,
            offlineAfterSeconds: input.offlineAfterSeconds,
            createdAt: call.worker.clock.now
        )
        try ColdCellsStore.insert(cell, tx)
        try FleetAudit.record("coldcell.added", from: nil, to: cell, call, tx)
        return cell
    }

    /// `wish` is asked once the cold cell is locked, and may refuse what it sees.
    static func change(
        _ id: String,
        _ call: Call,
        _ tx: Transaction,
        to wish: (ColdCell) throws -> ColdCellPatch
    ) throws -> ColdCell {
        let scope = try call.fleetScope(tx)
        guard let before = try ColdCellsStore.lock(id, tx), scope.covers(before.organisationID)
        else { throw Problem.notFound }
        let change = try wish(before)
        var cell = before
        if let locationID = change.locationID, locationID != before.locationID {
            let location = try location(locationID, in: scope, tx)
            guard location.organisationID == before.organisationID else {
                throw DeviceRefusal.invalid(
                    "locationId",
                    "not_allowed",
                    "must be a location of the same organisation"
                )
            }
            cell.locationID = location.id
        }
        try change.apply(to: &cell, at: call.worker.clock.now)
        guard cell != before else { return before }
        try ColdCellsStore.save(&cell, tx)
        try FleetAudit.record("coldcell.changed", from: before, to: cell, call, tx)
        return cell
    }

    private static func location(
        _ id: String,
        in scope: FleetScope,
        _ tx: Transaction
    ) throws -> Location {
        guard Identifier.isWellFormed(id, prefix: Location.idPrefix),
            let location = try LocationsStore.find(id, tx), scope.covers(location.organisationID)
        else { throw DeviceRefusal.unknownLocation }
        return location
    }
}
