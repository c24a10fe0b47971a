import Scoreboard

/// A child as the fleet knows it, before and after it has a process id.
struct ChildID: Hashable, Comparable {
    let number: Int

    static func < (left: ChildID, right: ChildID) -> Bool { left.number < right.number }
}

/// A position that must always be filled: worker 3.
struct Seat: Hashable {
    let role: ProcessRole
    let index: Int
}

/// How many of a role there should be.
struct RoleSize: Equatable {
    let role: ProcessRole
    let count: Int
}

/// Decides which children to start, to retire and to kill; it touches nothing but its own state.
///
/// An event comes with the monotonic clock in milliseconds; the answer is what is to be done.
struct Fleet {
    enum Event {
        /// What should run from now on, at the start and whenever the configuration was read again.
        case planned([RoleSize])
        case ready(ChildID)
        case exited(ChildID)
        /// It served its number of requests, or holds too much memory.
        case wornOut(ChildID)
        /// It is busy beyond the request deadline.
        case stuck(ChildID)
        /// It has done nothing for so long, though it does not wait for anything to come.
        case wedged(ChildID)
        /// The first lets the children finish, the second does not.
        case stop
        case tick
    }

    enum Action: Equatable {
        case start(ChildID, Seat, generation: Int, restarts: Int)
        case drain(ChildID)
        case kill(ChildID, KillReason)
        case reportCrashLoop(Seat, deaths: Int, nextStartMs: Int)
        case reportLateStart(ChildID)
        case reportAbandoned(ChildID)
        case finish
    }

    enum KillReason: String {
        case requestDeadline, wedged, drainDeadline, secondStop
    }

    struct Limits {
        /// How many replacements of a role may be starting at once.
        var surgeMax = 2
        var drainDeadlineMs = 20_000
        /// A replacement that is not ready by then is taken for ready.
        var startDeadlineMs = 10_000
        /// Who dies sooner than this after its start dies young.
        var youngMs = 10_000
        var backoffMsMin = 100
        var backoffMsMax = 10_000
        /// The most for who had begun to serve: what killed it need not be there at its next start.
        var servingBackoffMsMax = 500
        /// How long a killed child may take to vanish before its place is filled without it.
        var abandonMs = 5_000
    }

    struct Child {
        enum Phase { case starting, ready, draining }

        let role: ProcessRole
        /// `nil` for a child of the image before this one, which holds no seat here.
        let seat: Seat?
        let generation: Int
        let startedAt: Int
        var phase: Phase
        var isWornOut = false
        var isLate = false
        var drainingSince: Int?
        var killedAt: Int?

        /// Serves, or has had the time to begin.
        var isSeated: Bool { phase == .ready || (phase == .starting && isLate) }
    }

    struct Place {
        var holder: ChildID?
        /// Starts beside an outdated holder, and takes its place once ready.
        var successor: ChildID?
        var deathsInARow = 0
        var restarts = 0
        var startNotBefore = 0
    }

    let limits: Limits
    var generation: Int
    var seats: [Seat] = []
    var places: [Seat: Place] = [:]
    var children: [ChildID: Child] = [:]
    var isStopping = false
    var isFinished = false
    var lastNumber = 0

    init(limits: Limits, generation: Int = 0) {
        self.limits = limits
        self.generation = generation
    }

    /// Takes over a child that the image before this one started.
    mutating func adopt(_ role: ProcessRole, isDraining: Bool, at now: Int) -> ChildID {
        let id = nextID()
        children[id] = Child(
            role: role,
            seat: nil,
            generation: 0,
            startedAt: now,
            phase: isDraining ? .draining : .ready,
            drainingSince: isDraining ? now : nil
        )
        return id
    }

    mutating func handle(_ event: Event, at now: Int) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .planned(let sizes): plan(sizes, now, &actions)
        case .ready(let id): becomeReady(id)
        case .exited(let id): bury(id, now, &actions)
        case .wornOut(let id): children[id]?.isWornOut = true
        case .stuck(let id): kill(id, .requestDeadline, now, &actions)
        case .wedged(let id): kill(id, .wedged, now, &actions)
        case .stop: stop(now, &actions)
        case .tick: break
        }
        settle(now, &actions)
        return actions
    }
}

extension Fleet {
    private mutating func plan(_ sizes: [RoleSize], _ now: Int, _ actions: inout [Action]) {
        guard !isStopping else { return }
        generation += 1
        seats = sizes.flatMap { size in
            (0..<size.count).map { Seat(role: size.role, index: $0) }
        }
        let wanted = Set(seats)
        for (seat, place) in places.sorted(by: { $0.key < $1.key }) where !wanted.contains(seat) {
            place.successor.map { retire($0, now, &actions) }
            place.holder.map { retire($0, now, &actions) }
            places[seat] = nil
        }
        for seat in seats {
            // What crashed under the old configuration deserves a try under the new one at once.
            places[seat, default: Place()].deathsInARow = 0
            places[seat]?.startNotBefore = now
        }
    }

    private mutating func becomeReady(_ id: ChildID) {
        guard children[id]?.phase == .starting else { return }
        children[id]?.phase = .ready
    }

    mutating func bury(_ id: ChildID, _ now: Int, _ actions: inout [Action]) {
        guard let child = children.removeValue(forKey: id), child.phase != .draining,
            let seat = child.seat, var place = places[seat]
        else { return }
        if place.holder == id {
            place.holder = place.successor
        }
        place.successor = nil
        place.restarts += 1
        let livedMs = now - child.startedAt
        if livedMs >= limits.youngMs {
            place.deathsInARow = 0
            place.startNotBefore = now
        } else {
            place.deathsInARow += 1
            let msMax =
                child.phase == .ready ? limits.servingBackoffMsMax : limits.backoffMsMax
            let waitMs = backoffMs(deaths: place.deathsInARow, msMax)
            place.startNotBefore = now + waitMs
            // One death is an accident; and at the longest wait there is nothing new to say.
            if place.deathsInARow > 1, waitMs > backoffMs(deaths: place.deathsInARow - 1, msMax) {
                actions.append(
                    .reportCrashLoop(seat, deaths: place.deathsInARow, nextStartMs: waitMs)
                )
            }
        }
        places[seat] = place
    }

    private func backoffMs(deaths: Int, _ msMax: Int) -> Int {
        let doublingsMax = 20
        return min(msMax, limits.backoffMsMin << min(deaths - 1, doublingsMax))
    }

    private mutating func stop(_ now: Int, _ actions: inout [Action]) {
        let isSecond = isStopping
        isStopping = true
        for id in children.keys.sorted() {
            if isSecond {
                kill(id, .secondStop, now, &actions)
            } else {
                retire(id, now, &actions)
            }
        }
    }

    mutating func retire(_ id: ChildID, _ now: Int, _ actions: inout [Action]) {
        guard let child = children[id], child.phase != .draining else { return }
        children[id]?.phase = .draining
        children[id]?.drainingSince = now
        actions.append(.drain(id))
    }

    mutating func kill(
        _ id: ChildID,
        _ reason: KillReason,
        _ now: Int,
        _ actions: inout [Action]
    ) {
        guard let child = children[id], child.killedAt == nil else { return }
        children[id]?.killedAt = now
        actions.append(.kill(id, reason))
    }

    mutating func nextID() -> ChildID {
        lastNumber += 1
        return ChildID(number: lastNumber)
    }
}

extension Seat: Comparable {
    static func < (left: Seat, right: Seat) -> Bool {
        (left.role.rawValue, left.index) < (right.role.rawValue, right.index)
    }
}
