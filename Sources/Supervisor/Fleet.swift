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
/// Every event comes with the time of the monotonic clock in milliseconds, and is answered by what is to be done.
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
        case requestDeadline, drainDeadline, secondStop
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
    private(set) var generation: Int
    private(set) var seats: [Seat] = []
    private(set) var places: [Seat: Place] = [:]
    private(set) var children: [ChildID: Child] = [:]
    private(set) var isStopping = false
    private var isFinished = false
    private var lastNumber = 0

    init(limits: Limits, generation: Int = 0) {
        self.limits = limits
        self.generation = generation
    }

    /// Takes over a child that the image before this one started.
    mutating func adopt(_ role: ProcessRole, isDraining: Bool, at now: Int) -> ChildID {
        let id = nextID()
        children[id] = Child(
            role: role, seat: nil, generation: 0, startedAt: now,
            phase: isDraining ? .draining : .ready, drainingSince: isDraining ? now : nil)
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

    private mutating func bury(_ id: ChildID, _ now: Int, _ actions: inout [Action]) {
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
            let waitMs = backoffMs(deaths: place.deathsInARow)
            place.startNotBefore = now + waitMs
            // One death is an accident; and at the longest wait there is nothing new to say.
            if place.deathsInARow > 1, waitMs > backoffMs(deaths: place.deathsInARow - 1) {
                actions.append(
                    .reportCrashLoop(seat, deaths: place.deathsInARow, nextStartMs: waitMs))
            }
        }
        places[seat] = place
    }

    private func backoffMs(deaths: Int) -> Int {
        let doublingsMax = 20
        return min(limits.backoffMsMax, limits.backoffMsMin << min(deaths - 1, doublingsMax))
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

    private mutating func retire(_ id: ChildID, _ now: Int, _ actions: inout [Action]) {
        guard let child = children[id], child.phase != .draining else { return }
        children[id]?.phase = .draining
        children[id]?.drainingSince = now
        actions.append(.drain(id))
    }

    private mutating func kill(
        _ id: ChildID, _ reason: KillReason, _ now: Int, _ actions: inout [Action]
    ) {
        guard let child = children[id], child.killedAt == nil else { return }
        children[id]?.killedAt = now
        actions.append(.kill(id, reason))
    }

    private mutating func nextID() -> ChildID {
        lastNumber += 1
        return ChildID(number: lastNumber)
    }
}

extension Fleet {
    /// After every event: what the new state and the time ask for.
    private mutating func settle(_ now: Int, _ actions: inout [Action]) {
        enforceDeadlines(now, &actions)
        if isStopping {
            if children.isEmpty, !isFinished {
                isFinished = true
                actions.append(.finish)
            }
            return
        }
        seatSuccessors(now, &actions)
        fillVacancies(now, &actions)
        replaceOutdated(now, &actions)
        retireInherited(now, &actions)
    }

    private mutating func enforceDeadlines(_ now: Int, _ actions: inout [Action]) {
        for (id, child) in children.sorted(by: { $0.key < $1.key }) {
            // An outdated holder says nothing about the successors that crash beside it.
            if now - child.startedAt >= limits.youngMs, !isOutdated(child), let seat = child.seat,
                places[seat]?.holder == id
            {
                places[seat]?.deathsInARow = 0
            }
            if let killedAt = child.killedAt, now - killedAt >= limits.abandonMs {
                actions.append(.reportAbandoned(id))
                bury(id, now, &actions)
            } else if let since = child.drainingSince, now - since >= limits.drainDeadlineMs {
                kill(id, .drainDeadline, now, &actions)
            } else if child.phase == .starting, !child.isLate,
                now - child.startedAt >= limits.startDeadlineMs
            {
                children[id]?.isLate = true
                actions.append(.reportLateStart(id))
            }
        }
    }

    private mutating func seatSuccessors(_ now: Int, _ actions: inout [Action]) {
        for seat in seats {
            guard let place = places[seat], let successor = place.successor,
                children[successor]?.isSeated == true
            else { continue }
            place.holder.map { retire($0, now, &actions) }
            places[seat]?.holder = successor
            places[seat]?.successor = nil
        }
    }

    private mutating func fillVacancies(_ now: Int, _ actions: inout [Action]) {
        for seat in seats {
            guard let place = places[seat], place.holder == nil, now >= place.startNotBefore else {
                continue
            }
            let id = start(seat, place.restarts, now, &actions)
            places[seat]?.holder = id
        }
    }

    private mutating func replaceOutdated(_ now: Int, _ actions: inout [Action]) {
        for seat in seats {
            guard let place = places[seat], place.successor == nil, now >= place.startNotBefore,
                let holder = place.holder.flatMap({ children[$0] }), isOutdated(holder),
                mayReplace(seat.role)
            else { continue }
            let id = start(seat, place.restarts, now, &actions)
            places[seat]?.successor = id
        }
    }

    private mutating func start(
        _ seat: Seat, _ restarts: Int, _ now: Int, _ actions: inout [Action]
    ) -> ChildID {
        let id = nextID()
        children[id] = Child(
            role: seat.role, seat: seat, generation: generation, startedAt: now, phase: .starting)
        actions.append(.start(id, seat, generation: generation, restarts: restarts))
        return id
    }

    private func isOutdated(_ child: Child) -> Bool {
        child.generation < generation || child.isWornOut
    }

    // A replacement also waits while a whole former generation still drains: reloads in quick
    // succession must not pile up processes, nor their connections to the database.
    private func mayReplace(_ role: ProcessRole) -> Bool {
        let starting = seats.count { $0.role == role && places[$0]?.successor != nil }
        let draining = children.values.count { $0.role == role && $0.phase == .draining }
        let count = seats.count { $0.role == role }
        return starting < limits.surgeMax && draining < max(count, limits.surgeMax)
    }

    /// Inherited children serve until every seat of their role is taken by one of ours.
    private mutating func retireInherited(_ now: Int, _ actions: inout [Action]) {
        for (id, child) in children.sorted(by: { $0.key < $1.key })
        where child.seat == nil && child.phase != .draining && isFullySeated(child.role) {
            retire(id, now, &actions)
        }
    }

    private func isFullySeated(_ role: ProcessRole) -> Bool {
        seats.allSatisfy { seat in
            guard seat.role == role else { return true }
            return places[seat]?.holder.flatMap { children[$0] }?.isSeated == true
        }
    }
}

extension Fleet {
    /// Somebody is starting or about to start, so that it is worth to look again soon.
    var isMoving: Bool {
        children.values.contains { $0.phase == .starting && !$0.isLate }
            || places.values.contains { $0.holder == nil }
    }

    /// Everybody serves, or at least had a try: what the service manager may call started.
    var isStarted: Bool {
        seats.allSatisfy { seat in
            guard let place = places[seat] else { return false }
            return place.deathsInARow > 0
                || place.holder.flatMap { children[$0] }?.isSeated == true
        }
    }

    /// No change is under way that an upgrade would fall into. A seat that keeps crashing does not
    /// count: an upgrade may be what repairs it.
    var isSettled: Bool {
        guard !isStopping, isStarted else { return false }
        let draining = children.values.count { $0.phase == .draining }
        return draining <= seats.count
            && seats.allSatisfy { seat in
                guard let place = places[seat], place.deathsInARow == 0 else { return true }
                guard let holder = place.holder.flatMap({ children[$0] }) else { return false }
                return place.successor == nil && holder.generation == generation
            }
    }
}

extension Seat: Comparable {
    static func < (left: Seat, right: Seat) -> Bool {
        (left.role.rawValue, left.index) < (right.role.rawValue, right.index)
    }
}
