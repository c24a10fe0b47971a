package import Scoreboard

/// How many processes of a role there are, what bounds them, and what they run.
package struct RolePlan {
    package var role: ProcessRole
    package var count: Int
    /// Names of the listening sockets that the process of an index keeps; all others are closed.
    package var sockets: (_ index: Int) -> [String] = { _ in [] }
    /// A process that serves one request for longer, or does nothing for so long without waiting
    /// for one, is killed; `nil`: as long as it likes.
    package var requestDeadlineMs: Int?
    /// A process is replaced gently after so many requests.
    package var requestsMax: UInt64?
    /// A process is replaced gently when it holds more memory of its own.
    package var privateBytesMax: UInt64?
    /// Runs in the child and returns its exit code.
    package var body: (ChildContext) -> Int32

    package init(_ role: ProcessRole, count: Int, body: @escaping (ChildContext) -> Int32) {
        self.role = role
        self.count = count
        self.body = body
    }
}

/// What a child is told about itself.
///
/// The contract: it calls `becameReady` once it serves. At SIGTERM it lets go of its listening
/// sockets first, goes on with the connections that it holds, and returns 0 when there is none.
/// It gets SIGTERM too when the supervisor dies: whoever starts the server again finds the sockets
/// free at once, and no request in flight is lost. SIGINT, SIGHUP, SIGUSR2 and SIGPIPE are ignored.
package struct ChildContext {
    package let role: ProcessRole
    package let index: Int
    package let generation: Int
    package let scoreboard: SharedScoreboard
    package let slot: Slot
    /// The listening sockets that the plan names.
    package let descriptors: [String: Int32]

    package func becameReady() {
        slot.state = .ready
    }
}
