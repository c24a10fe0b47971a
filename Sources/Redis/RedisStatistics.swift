/// What one connection has seen since it was made.
package struct RedisStatistics: Equatable, Sendable {
    package var commands: UInt64 = 0
    /// Calls that ended without an answer, those that an open circuit refused not counted.
    package var failures: UInt64 = 0
    package var refusedByCircuit: UInt64 = 0
    /// Errors that Redis answered, also to what was sent without waiting.
    package var errorReplies: UInt64 = 0
    package var reconnects: UInt64 = 0

    package init() {}
}
