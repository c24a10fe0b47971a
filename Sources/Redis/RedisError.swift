/// Why a call to Redis gave no answer; whatever the reason, the caller goes on without it.
package enum RedisError: Error, Equatable {
    /// Redis failed a moment ago and is left alone for a while: the socket was not touched.
    case unavailable
    case unreachable(String)
    case timedOut
    /// The connection ended after something had been sent: it may or may not have been done.
    case interrupted
    /// Redis answers, but does not let us in: a wrong password or database number.
    case refused(String)
    /// Redis answers, but cannot serve now: loading, replica only, or busy with a script.
    case notServing(String)
    case protocolBroken(String)
}
