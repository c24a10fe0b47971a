package import Base

/// A line of the process table as it was at one moment.
package struct ProcessRow: Equatable, Sendable {
    package let slot: Int
    package let role: ProcessRole
    package let index: Int
    package let pid: Int32
    package let state: ProcessState
    package let startedAt: Instant
    package let generation: Int
    package let restarts: Int
    package let requests: UInt64
    package let connections: Int
    package let busyNanoseconds: UInt64
    /// What it serves at the moment; `nil` while it is idle.
    package let route: Int?
    package let residentBytes: UInt64
    package let privateBytes: UInt64
    /// Of a hub: the newest event that it has told of.
    package let position: Int64

    init?(_ slot: Slot, at now: UInt64) {
        let state = slot.state
        guard state != .free, state != .gone, let role = ProcessRole(rawValue: slot[.role]) else {
            return nil
        }
        let busy = slot.busy(at: now)
        self.slot = slot.number
        self.role = role
        self.state = state
        index = Int(slot[.index])
        pid = Int32(truncatingIfNeeded: slot[.pid])
        startedAt = Instant(milliseconds: Int64(slot[.startedAt]))
        generation = Int(slot[.generation])
        restarts = Int(slot[.restarts])
        requests = slot[.requests]
        connections = Int(slot[.connections])
        busyNanoseconds = busy?.nanoseconds ?? 0
        route = busy?.route
        residentBytes = slot[.residentBytes]
        privateBytes = slot[.privateBytes]
        position = slot.position
    }
}
