package import Database
package import House

/// Whose places and devices somebody sees; for all else it is as if there were none.
package struct FleetScope: Sendable, Equatable {
    /// An administrator sees every tenant's.
    package let seesAll: Bool
    package let organisationIDs: [String]
    /// Devices that are no tenant's: in stock, or of a person who belongs to none.
    package let seesUnassigned: Bool

    package static let all = FleetScope(seesAll: true, organisationIDs: [], seesUnassigned: true)

    package init(seesAll: Bool, organisationIDs: some Sequence<String>, seesUnassigned: Bool) {
        self.seesAll = seesAll
        self.organisationIDs = Set(organisationIDs).sorted()
        self.seesUnassigned = seesUnassigned
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
        self.init(seesAll: false, organisationIDs: ids, seesUnassigned: isTechnician)
    }

    package func covers(_ organisationID: String) -> Bool {
        seesAll || organisationIDs.contains(organisationID)
    }

    package func covers(_ device: Device) -> Bool {
        device.organisationID.map(covers) ?? seesUnassigned
    }
}

extension Call {
    package func fleetScope(_ queries: some Queries) throws -> FleetScope {
        try FleetScope(of: try caller(), worker.people, queries)
    }
}
