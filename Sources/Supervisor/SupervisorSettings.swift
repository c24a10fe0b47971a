/// What holds for the whole life of a supervisor; what a reload may change is in `RolePlan`.
package struct SupervisorSettings {
    /// Paths of the unix sockets that are bound at the start, by name.
    package var sockets: [String: String]
    package var socketMode: UInt32 = 0o660
    /// The group that may connect, when it is not the supervisor's own: nginx's.
    package var socketGroup: String?
    package var pidFile: String?
    /// Whom the children become when the supervisor runs as root.
    package var user: String?

    /// What an upgrade starts; a path, so that a new file at the same place is found.
    package var binaryPath: String
    /// The command line to start it with, the program's name first.
    package var arguments: [String]
    /// With these the new binary must exit with 0 before it may take over.
    package var upgradeCheckArguments = ["version"]

    /// Longer than nginx keeps a connection that it no longer uses (12 s with our `keepalive_…`).
    package var drainDeadlineMs = 20_000
    package var startDeadlineMs = 10_000
    package var crashLoopWindowMs = 10_000
    package var backoffMsMin = 100
    package var backoffMsMax = 10_000
    package var servingBackoffMsMax = 500
    package var surgeMax = 2
    package var coreBytesMax: UInt = 0

    package init(sockets: [String: String], binaryPath: String, arguments: [String]) {
        self.sockets = sockets
        self.binaryPath = binaryPath
        self.arguments = arguments
    }

    var limits: Fleet.Limits {
        Fleet.Limits(
            surgeMax: surgeMax,
            drainDeadlineMs: drainDeadlineMs,
            startDeadlineMs: startDeadlineMs,
            youngMs: crashLoopWindowMs,
            backoffMsMin: backoffMsMin,
            backoffMsMax: backoffMsMax,
            servingBackoffMsMax: servingBackoffMsMax
        )
    }
}
