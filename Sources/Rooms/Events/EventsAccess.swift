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
    /// Looks up what the caller is to organisations only where a topic depends on it.
    static func follower(of call: Call, asking texts: [String]) throws -> Follower {
        let principal = try call.caller()
        let needsTenants =
            principal.roles.contains(.technician)
            && texts.contains { Topic($0)?.kind == .alerts }
        guard needsTenants else { return follower(principal) }
        let worker = call.worker
        return follower(
            principal,
            lookingAfter: try worker.people.organisationIDs(
                lookedAfterBy: principal.id,
                worker.database
            )
        )
    }
}
