/// The world failed: a dependency, the disk, a peer.
///
/// It is logged whole; a client learns only that it happened.
package struct Fault: Error, CustomStringConvertible {
    package let message: String
    package let cause: (any Error)?

    package init(_ message: String, cause: (any Error)? = nil) {
        self.message = message
        self.cause = cause
    }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }
}
