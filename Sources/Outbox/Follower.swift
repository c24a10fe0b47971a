import Base

/// Who follows events, as far as it decides what they see: the same for streams, polls and lists.
package struct Follower: Sendable {
    package var userID: String
    /// Sees everything.
    package var isAdmin = false
    package var readsAllShipments = false
    package var followsOrders = false
    /// Sees the alerts of the organisations below, all in one topic, and what is told of devices
    /// that are no organisation's.
    package var isTechnician = false
    /// Of which they are a member, or that they look after.
    package var organisationIDs: Set<String> = []
    /// An API key may be limited to some.
    package var kinds = Set(Topic.Kind.allCases)
    /// The one type that is waited for; nothing stands for all.
    package var type: String?
    /// Devices, conversations, offers and single orders: whether they may read the object.
    package var mayRead: @Sendable (Topic) -> Bool = { _ in false }

    package init(userID: String) {
        self.userID = userID
    }

    /// How much of an event somebody sees.
    package enum Sight: Int, Comparable, Sendable {
        case nothing
        /// That there was a shipment, and not whose and where to.
        case withoutWhoAndWhere
        case everything

        package static func < (one: Sight, other: Sight) -> Bool { one.rawValue < other.rawValue }
    }

    /// Without a topic means all events.
    package var mayFollowAll: Bool {
        isAdmin && kinds.count == Topic.Kind.allCases.count
    }

    package func mayFollow(_ topic: Topic) -> Bool {
        guard kinds.contains(topic.kind) else { return false }
        if isAdmin { return true }
        switch topic.kind {
        case .contracts, .shipments: return true
        case .orders: return followsOrders || topic.id != nil && mayRead(topic)
        case .alerts: return topic.id.map { organisationIDs.contains($0) } ?? isTechnician
        case .wallets, .energy, .users: return topic.id == userID
        case .devices, .conversations, .offers: return mayRead(topic)
        case .system: return false
        }
    }

    /// What of an event is seen by following these topics, each of which may be followed; none of
    /// them stands for all events.
    package func sight(of event: Event, through topics: [Topic]) -> Sight {
        guard type == nil || type == event.type else { return .nothing }
        guard !topics.isEmpty else { return mayFollowAll ? .everything : .nothing }
        return topics.lazy.filter { event.topics.contains($0.text) }
            .map { sight(of: event, through: $0) }.max() ?? .nothing
    }

    private func sight(of event: Event, through topic: Topic) -> Sight {
        if isAdmin { return .everything }
        switch topic.kind {
        case .contracts:
            return !event.isOfShipment || mayReadShipment(of: event)
                ? .everything : .withoutWhoAndWhere
        case .shipments: return mayReadShipment(of: event) ? .everything : .nothing
        case .alerts:
            let isTheirs = event.organisationID.map { organisationIDs.contains($0) } ?? false
            return isTheirs ? .everything : .nothing
        case .devices: return isTheirsNow(event) ? .everything : .nothing
        default: return .everything
        }
    }

    /// A device may be another's than it was when it was followed, and than it will be.
    private func isTheirsNow(_ event: Event) -> Bool {
        event.userID == userID
            || event.organisationID.map { organisationIDs.contains($0) } ?? isTechnician
    }

    private func mayReadShipment(of event: Event) -> Bool {
        readsAllShipments || event.userID == userID
    }
}

extension Event {
    /// What of a shipment everybody may know who may read its contract.
    private static let openFieldsOfShipment: Set<String> = [
        "id", "contractId", "quantity", "status", "reason", "createdAt", "contract",
    ]

    var isOfShipment: Bool { type.hasPrefix("shipment.") }

    /// The envelope for somebody who sees so much of it; nothing for who sees nothing.
    package func envelope(for sight: Follower.Sight) throws -> String? {
        switch sight {
        case .nothing: return nil
        case .everything: return envelope
        case .withoutWhoAndWhere: return JSON.object(try withoutWhoAndWhere()).text
        }
    }

    /// What is not known to be open is left out, and the order of the rest is kept.
    private func withoutWhoAndWhere() throws -> JSONObject {
        guard case .object(var envelope) = try parsedEnvelope(),
            case .object(var data) = envelope["data"] ?? nil
        else { throw Fault("an event without data at position \(position)") }
        var open = JSONObject()
        for member in data["shipment"]?.object?.members ?? []
        where Event.openFieldsOfShipment.contains(member.key) {
            open[member.key] = member.value
        }
        data["shipment"] = .object(open)
        envelope["data"] = .object(data)
        return envelope
    }
}
