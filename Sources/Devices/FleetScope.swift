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

    /// A customer sees their organisation's, a technician those of the tenants linked to them; who
    /// is both sees what one of the roles shows, or all.
    package init(
        of caller: Principal,
        as role: Role? = nil,
        _ people: any PeopleDirectory,
        _ queries: some Queries
    ) throws {
        if caller.roles.contains(.admin) {
            self = .all
            return
        }
        let roles = role.map { caller.roles.intersection([$0]) } ?? caller.roles
        var ids: [String] = []
        if roles.contains(.customer), let own = caller.organisationID { ids.append(own) }
        let isTechnician = roles.contains(.technician)
        if isTechnician {
            ids += try people.organisationIDs(lookedAfterBy: caller.id, queries)
        }
        self.init(seesAll: false, organisationIDs: ids, seesUnassigned: isTechnician)
    }

    /// Nothing for every tenant.
    package var tenantIDs: [String]? { seesAll ? nil : organisationIDs }

    package func covers(_ organisationID: String) -> Bool {
        seesAll || organisationIDs.contains(organisationID)
    }

    package func covers(_ device: Device) -> Bool {
        device.organisationID.map(covers) ?? seesUnassigned
    }
}

extension Call {
    package func fleetScope(
        as role: Role? = nil,
        _ queries: some Queries
    ) throws -> FleetScope {
        try FleetScope(of: try caller(), as: role, worker.people, queries)
    }
}
