package import Database
package import HTTP

/// Proves who calls: a port, filled by the room that keeps people and sessions.
package protocol Authenticator: AnyObject {
    /// Nobody when no credential was sent; a refusal when a wrong one was.
    func principal(of request: Request, _ database: MariaDB) throws -> Principal?
}
