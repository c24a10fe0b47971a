import Devices
package import HTTP
package import House
package import Outbox

/// Who somebody is to those who hand out events: the same for lists, polls and streams.
package enum EventsAccess {
    package static func follower(
        _ principal: Principal,
        lookingAfter organisationIDs: [String] = []
    ) -> Follower {
        var follower = Follower(userID: principal.id)
        follower.isAdmin = principal.may(.readAllEvents)
        follower.readsAllShipments = principal.may(.readAllShipments)
        follower.followsOrders = principal.roles.contains(.sales)
        follower.isTechnician = principal.roles.contains(.technician)
        follower.organisationIDs = Set(organisationIDs)
        if let own = principal.organisationID { follower.organisationIDs.insert(own) }
        follower.kinds = Set(
            Topic.Kind.allCases.filter { principal.covers(area(of: $0), isWrite: false) }
        )
        return follower
    }

    /// The topics by their texts; one that is unknown is refused as one that is not allowed, so
    /// that nobody learns what exists.
    package static func topics(
        _ texts: [String],
        for follower: Follower
    ) throws(Problem) -> [Topic] {
        var topics: [Topic] = []
        for text in texts {
            guard let topic = Topic(text), follower.mayFollow(topic) else { throw .forbidden }
            if !topics.contains(topic) { topics.append(topic) }
        }
        return topics
    }

    private static func area(of kind: Topic.Kind) -> Area {
        switch kind {
        case .contracts, .shipments: .contracts
        case .alerts, .devices: .telemetry
        case .orders: .sales
        case .wallets: .wallet
        case .energy: .energy
        case .conversations, .offers: .market
        case .users: .notices
        case .system: .system
        }
    }
}

extension EventsAccess {
    /// Looks up what the caller is to organisations and devices only where a topic depends on it.
    static func follower(of call: Call, asking texts: [String]) throws -> Follower {
        let principal = try call.caller()
        let topics = texts.compactMap { Topic($0) }
        let devices = try devices(topics.filter { $0.kind == .devices }, call)
        let needsTenants =
            principal.roles.contains(.technician)
            && topics.contains { $0.kind == .alerts || $0.kind == .devices }
        let worker = call.worker
        let tenants =
            needsTenants
            ? try worker.people.organisationIDs(lookedAfterBy: principal.id, worker.database) : []
        var follower = follower(principal, lookingAfter: tenants)
        follower.mayRead = { devices.contains($0) }
        return follower
    }

    /// Those of some devices that the caller sees or owns.
    private static func devices(_ topics: [Topic], _ call: Call) throws -> Set<Topic> {
        guard !topics.isEmpty else { return [] }
        let database = call.worker.database
        let caller = try call.caller()
        let scope = caller.may(.readFleet) ? try call.fleetScope(database) : nil
        let found = try topics.filter { topic in
            guard let device = try topic.id.flatMap({ try DevicesStore.find($0, database) }) else {
                return false
            }
            return device.ownerID == caller.id || scope?.covers(device) == true
        }
        return Set(found)
    }
}
