package import Database
package import House

/// Whose places and devices somebody sees; for all else it is as if there were none.
package struct FleetScope: Sendable, Equatable {
    /// An administrator sees every tenant's.
    package let seesAll: Bool
    package let organisationIDs: [String]
    /// Devices that are nobody's yet, for those who put them up.
    package let seesStock: Bool

    package static let all = FleetScope(seesAll: true, organisationIDs: [], seesStock: true)

    package init(seesAll: Bool, organisationIDs: some Sequence<String>, seesStock: Bool) {
        self.seesAll = seesAll
        self.organisationIDs = Set(organisationIDs).sorted()
        self.seesStock = seesStock
    }

    /// A customer sees their organisation's, a technician those of the tenants linked to them.
    package init(
        of caller: Principal,
        _ people: any PeopleDirectory,
        _ queries: some Queries
    ) throws {
        if caller.roles.contains(.admin) {
            self = .all
            return
        }
        var ids: [String] = []
        if caller.roles.contains(.customer), let own = caller.organisationID { ids.append(own) }
        let isTechnician = caller.roles.contains(.technician)
        if isTechnician {
            ids += try people.organisationIDs(lookedAfterBy: caller.id, queries)
        }
        self.init(seesAll: false, organisationIDs: ids, seesStock: isTechnician)
    }

    package func covers(_ organisationID: String) -> Bool {
        seesAll || organisationIDs.contains(organisationID)
    }

    package func covers(_ device: Device) -> Bool {
        guard let organisationID = device.organisationID else {
            return seesAll || seesStock && device.ownerID == nil
        }
        return covers(organisationID)
    }
}

extension Call {
    package func fleetScope(_ queries: some Queries) throws -> FleetScope {
        try FleetScope(of: try caller(), worker.people, queries)
    }
}
