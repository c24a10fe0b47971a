import AlertEngine
import Database
import Devices
import House

/// Whose alerts somebody sees; for all else it is as if there were none.
struct AlertsScope {
    private let fleet: FleetScope

    /// A manager looks after all, though not after the devices.
    init(_ call: Call, _ queries: some Queries) throws {
        let isManager = try call.caller().roles.contains(.manager)
        fleet = isManager ? .all : try call.fleetScope(queries)
    }

    var seesAll: Bool { fleet.seesAll }
    var organisationIDs: [String] { fleet.organisationIDs }

    func covers(_ alert: Alert) -> Bool {
        guard let organisationID = alert.organisationID else { return fleet.seesAll }
        return fleet.covers(organisationID)
    }
}
