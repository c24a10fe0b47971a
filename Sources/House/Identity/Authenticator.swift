package import Database
package import HTTP

/// Proves who calls: a port, filled by the room that keeps people and sessions.
package protocol Authenticator: AnyObject {
    /// Nobody when no credential was sent; a refusal when a wrong one was.
    ///
    /// The cookie of a browser counts only where the route says so, since a browser sends it along
    /// whoever wrote the request.
    func principal(
        of request: Request,
        by proof: Route.Proof,
        _ database: MariaDB
    ) throws -> Principal?
}
