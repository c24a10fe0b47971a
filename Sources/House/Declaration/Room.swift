package import Base
package import Database

/// A feature: what it answers to.
///
/// Rooms know nothing of each other.
package protocol Room {
    static var name: String { get }
    static var routes: [Route] { get }

    /// Adds the room's part of the demo data, and tells what scripts should know of it.
    static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject
}

extension Room {
    package static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject { [:] }
}
