package import Base

/// What a worker has allowed and a hub carries out: who follows what, from where, and until when.
///
/// It travels through nginx as text, and nobody but workers can write it.
package struct Grant: Sendable {
    /// Where nginx finds a hub: an address that no client can ask for.
    package static let place = "/hub"

    /// Where a follower begins.
    package enum Beginning: Equatable, Sendable {
        case now
        /// Everything after this position, which lies behind nobody's newest.
        case after(Int64)
        /// They came with what was never an id.
        case unknown
    }

    package var follower: Follower
    /// None of them stands for all events.
    package var topics: [Topic]
    package var beginning: Beginning
    /// How long a poll waits; nothing for a stream.
    package var waitSeconds: Int64?
    /// Where a worker answers a poll instead of the hub, once there is something or its time is
    /// over.
    package var answeredAt: String?
    package var warrant: Warrant?
    /// The header fields of the answer.
    package var headers: [(name: String, value: String)]

    package init(
        _ follower: Follower,
        _ topics: [Topic],
        from beginning: Beginning,
        waitSeconds: Int64? = nil,
        answeredAt: String? = nil,
        warrant: Warrant? = nil,
        headers: [(name: String, value: String)] = []
    ) {
        self.follower = follower
        self.topics = topics
        self.beginning = beginning
        self.waitSeconds = waitSeconds
        self.answeredAt = answeredAt
        self.warrant = warrant
        self.headers = headers
    }
}

extension Grant {
    package var json: JSONObject {
        var json: JSONObject = [
            "user": .string(follower.userID),
            "rights": .object(follower.rights),
            "topics": .array(topics.map { .string($0.text) }),
        ]
        switch beginning {
        case .now: break
        case .after(let position): json["after"] = .integer(position)
        case .unknown: json["after"] = .null
        }
        if let waitSeconds { json["wait"] = .integer(waitSeconds) }
        if let answeredAt { json["answeredAt"] = .string(answeredAt) }
        if let warrant { json["warrant"] = .object(warrant.json) }
        return json
    }

    /// Nothing for what `json` cannot have written.
    package init?(_ json: JSON) {
        guard let userID = json["user"]?.string, let rights = json["rights"]?.object,
            let texts = json["topics"]?.array
        else { return nil }
        let topics = texts.compactMap { $0.string.flatMap(Topic.init) }
        guard topics.count == texts.count else { return nil }
        follower = Follower(userID: userID, rights: rights)
        self.topics = topics
        switch json["after"] {
        case nil: beginning = .now
        case .integer(let position)?: beginning = .after(position)
        default: beginning = .unknown
        }
        waitSeconds = json["wait"]?.integer
        answeredAt = json["answeredAt"]?.string
        warrant = json["warrant"].flatMap(Warrant.init)
        headers = (json["headers"]?.object?.members ?? []).compactMap { member in
            member.value.string.map { (member.key, $0) }
        }
    }
}

extension Follower {
    /// All that decides what they see, but who they are.
    package var rights: JSONObject {
        var rights: JSONObject = [:]
        if isAdmin { rights["all"] = true }
        if readsAllShipments { rights["shipments"] = true }
        if isTechnician { rights["technician"] = true }
        if !organisationIDs.isEmpty {
            rights["organisations"] = .array(organisationIDs.sorted().map { .string($0) })
        }
        let kinds = Topic.Kind.allCases.filter(kinds.contains)
        if kinds.count < Topic.Kind.allCases.count {
            rights["kinds"] = .array(kinds.map { .string($0.rawValue) })
        }
        if let type { rights["type"] = .string(type) }
        return rights
    }

    package init(userID: String, rights: JSONObject) {
        self.init(userID: userID)
        isAdmin = rights["all"]?.bool == true
        readsAllShipments = rights["shipments"]?.bool == true
        isTechnician = rights["technician"]?.bool == true
        organisationIDs = Set((rights["organisations"]?.array ?? []).compactMap(\.string))
        if let texts = rights["kinds"]?.array {
            kinds = Set(texts.compactMap { $0.string.flatMap(Topic.Kind.init) })
        }
        type = rights["type"]?.string
    }
}

extension Warrant {
    fileprivate var json: JSONObject {
        var json: JSONObject = ["version": .integer(version)]
        switch basis {
        case .session(let id)?: json["session"] = .string(id)
        case .key(let digest)?: json["key"] = .string(digest)
        case nil: break
        }
        if let endsAt { json["ends"] = .integer(endsAt.milliseconds) }
        return json
    }

    fileprivate init?(_ json: JSON) {
        guard let version = json["version"]?.integer else { return nil }
        let session = json["session"]?.string.map { Warrant.Basis.session(id: $0) }
        let key = json["key"]?.string.map { Warrant.Basis.key(digest: $0) }
        self.init(
            basis: session ?? key,
            version: version,
            endsAt: json["ends"]?.integer.map { Instant(milliseconds: $0) }
        )
    }
}
