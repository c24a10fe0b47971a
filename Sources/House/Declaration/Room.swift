package import Base
package import Database
package import Jobs

/// A feature: what it answers to.
///
/// Rooms know nothing of each other.
package protocol Room {
    static var name: String { get }
    static var routes: [Route] { get }

    /// What the room does by itself, at its times.
    static func jobs(_ household: Household) -> [Job]

    /// Adds the room's part of the demo data, and tells what scripts should know of it.
    static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject

    /// Compares what the room keeps in more than one place: a sentence for each thing that does
    /// not fit, up to a bound.
    static func flaws(_ tx: Transaction) throws -> [String]

    /// The room's part of the first page, as far as the caller may see it.
    static func overview(_ call: Call) throws -> [Region]

    /// What in the room has this id, code, name or e-mail, as far as the caller may see it.
    static func search(_ text: String, _ call: Call) throws -> [SearchHit]
}

extension Room {
    package static func jobs(_ household: Household) -> [Job] { [] }

    package static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject { [:] }

    package static func flaws(_ tx: Transaction) throws -> [String] { [] }

    package static func overview(_ call: Call) throws -> [Region] { [] }
    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] { [] }
}
