package import Base
package import Feed

/// What a hub asks of others, and tells them.
package struct HubPorts {
    /// Which of these stand, each with the version of its person's rights.
    package typealias Rights = (_ bases: [Warrant.Basis]) throws -> [Warrant.Basis: Int64]
    /// Who is there, each with the seconds for which they count as present.
    package typealias Presence = (_ seconds: [String: Int64]) -> Void

    /// The newest events, and what follows them.
    package typealias Following = () throws -> (window: Window, feed: EventFeed)

    let follow: Following
    let rights: Rights
    let presence: Presence

    package init(
        follow: @escaping Following,
        rights: @escaping Rights,
        presence: @escaping Presence
    ) {
        self.follow = follow
        self.rights = rights
        self.presence = presence
    }
}
