/// What a process of the server does.
package enum ProcessRole: UInt64, CaseIterable, Sendable {
    case supervisor = 1
    case worker, slow, hub, relay, courier, clock, bridge, gatherer

    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let role = ProcessRole.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }
}

/// Where a process is in its life; a slot that never had one is `free`.
package enum ProcessState: UInt64, CaseIterable, Sendable {
    case free, starting, ready, draining, gone

    package var name: String { "\(self)" }
}
