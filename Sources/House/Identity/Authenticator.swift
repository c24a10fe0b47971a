package import Database
package import HTTP

/// Proves who calls: a port, filled by the room that keeps people and sessions.
package protocol Authenticator: AnyObject {
    /// Nobody when no credential was sent; a refusal when a wrong one was.
    ///
    /// Programs send theirs in a header; the cookie of a browser counts for pages only, since a
    /// browser sends it along whoever wrote the request.
    func principal(
        of request: Request,
        for audience: Route.Audience,
        _ database: MariaDB
    ) throws -> Principal?
}
