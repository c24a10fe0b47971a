/// A feature: what it answers to.
///
/// Rooms know nothing of each other.
package protocol Room {
    static var name: String { get }
    static var routes: [Route] { get }
}
