package import Database
package import HTTP

/// Proves who calls: a port, filled by those who keep people, sessions and devices.
package protocol Authenticator: AnyObject {
    /// Tells which requests are served next, so that what proves their callers can be read at once.
    func expect(_ requests: [Request], _ database: MariaDB)

    /// Tells what was written of devices that called, for who remembers them.
    func remember(_ devices: [CallingDevice])

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

extension Authenticator {
    package func expect(_ requests: [Request], _ database: MariaDB) {}
    package func remember(_ devices: [CallingDevice]) {}
}
