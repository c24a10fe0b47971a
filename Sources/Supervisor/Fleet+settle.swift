import Scoreboard

extension Fleet {
    /// After every event: what the new state and the time ask for.
    mutating func settle(_ now: Int, _ actions: inout [Action]) {
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
        _ seat: Seat,
        _ restarts: Int,
        _ now: Int,
        _ actions: inout [Action]
    ) -> ChildID {
        let id = nextID()
        children[id] = Child(
            role: seat.role,
            seat: seat,
            generation: generation,
            startedAt: now,
            phase: .starting
        )
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

    /// No change is under way that an upgrade would fall into.
    ///
    /// A seat that keeps crashing does not
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
