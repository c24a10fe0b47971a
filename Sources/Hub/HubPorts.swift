package import Base

/// What a hub asks of others, and tells them.
package struct HubPorts {
    /// Which of these stand, each with the version of its person's rights.
    package typealias Rights = (_ bases: [Warrant.Basis]) throws -> [Warrant.Basis: Int64]
    /// Who is there, each with the seconds for which they count as present.
    package typealias Presence = (_ seconds: [String: Int64]) -> Void

    let rights: Rights
    let presence: Presence

    package init(rights: @escaping Rights, presence: @escaping Presence) {
        self.rights = rights
        self.presence = presence
    }
}
