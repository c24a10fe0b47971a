/// Every way in which a connection to the world fails.
package enum TransportError: Error, Equatable, Sendable, CustomStringConvertible {
    case unresolved(String)
    case unreachable(String)
    case timedOut
    case closed
    /// The handshake failed, or the certificate is not the one of that host.
    case tls(String)

    package var description: String {
        switch self {
        case .unresolved(let reason): "the name is not known: \(reason)"
        case .unreachable(let reason): "no connection: \(reason)"
        case .timedOut: "no answer in time"
        case .closed: "the connection was closed"
        case .tls(let reason): "no secure connection: \(reason)"
        }
    }
}
