import Database
import HTTP

/// What a client is told when the world failed.
enum Failure {
    static func problem(for error: any Error) -> Problem {
        guard let error = error as? DatabaseError else { return .internalError() }
        switch error {
        case .commitUnknown:
            return .unavailable(
                "It is not known whether the change was made. "
                    + "Repeat the request with the same Idempotency-Key."
            )
        case .unavailable:
            return .unavailable("The database does not answer. Nothing was changed.")
        case .busy:
            return .unavailable("Others hold what this needs. Nothing was changed.")
        case .refused, .mismatch: return .internalError()
        }
    }
}
