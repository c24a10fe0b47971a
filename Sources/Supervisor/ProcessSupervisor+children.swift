import Base
import Glibc
import Scoreboard

extension ProcessSupervisor {
    private static let memoryIntervalMs = 5_000

    func perform(_ actions: [Fleet.Action], _ birth: Birth) {
        var remaining = actions[...]
        while let action = remaining.popFirst() {
            switch action {
            case .start(let id, let seat, let generation, let restarts):
                guard !start(id, seat, generation, restarts, birth) else { continue }
                remaining += fleet.handle(.exited(id), at: now)
            case .drain(let id): drain(id)
            case .kill(let id, let reason): kill(id, reason)
            case .reportCrashLoop(let seat, let deaths, let nextStartMs):
                log.error(
                    "crash loop",
                    [
                        "role": .string(seat.role.name), "index": .integer(Int64(seat.index)),
                        "deaths": .integer(Int64(deaths)),
                        "nextStartMs": .integer(Int64(nextStartMs)),
                    ]
                )
            case .reportLateStart(let id):
                log.warning("a process does not get ready", processes[id]?.fields ?? [:])
            case .reportAbandoned(let id):
                log.error("a killed process does not end", processes[id]?.fields ?? [:])
                forget(id)
            case .finish: isFinished = true
            }
        }
    }

    private func start(
        _ id: ChildID,
        _ seat: Seat,
        _ generation: Int,
        _ restarts: Int,
        _ birth: Birth
    ) -> Bool {
        guard let plan = plans[seat.role] else { return false }
        let slot = scoreboard.claim(
            seat.role,
            index: seat.index,
            generation: generation,
            restarts: restarts,
            at: Clock.system.now
        )
        guard let slot else {
            log.error("no slot of the scoreboard is free")
            return false
        }
        do {
            let pid = try birth.child(plan, seat, generation, scoreboard, slot)
            processes[id] = Process(pid: pid, role: seat.role, index: seat.index, slot: slot)
            log.info("started", processes[id]?.fields ?? [:])
            return true
        } catch {
            scoreboard.free(slot)
            log.error("cannot start a process", ["cause": .string("\(error)")])
            return false
        }
    }

    private func drain(_ id: ChildID) {
        guard let process = processes[id] else { return }
        process.slot?.state = .draining
        Glibc.kill(process.pid, SIGTERM)
    }

    private func kill(_ id: ChildID, _ reason: Fleet.KillReason) {
        guard let process = processes[id] else { return }
        var fields = process.fields
        fields["reason"] = .string(reason.rawValue)
        if let busy = process.slot?.busy(at: monotonicNanoseconds()) {
            fields["route"] = .integer(Int64(busy.route))
            fields["busyMs"] = .integer(Int64(busy.nanoseconds / 1_000_000))
        }
        log.warning("killed", fields)
        if reason == .requestDeadline || reason == .wedged {
            scoreboard.slot(SharedScoreboard.supervisorSlot).add(.deadlineKills, 1)
        }
        Glibc.kill(process.pid, SIGKILL)
    }

    /// Looks at what the children wrote into the scoreboard.
    func observe(_ birth: Birth) {
        let isTimeForMemory = now - memoryReadAt >= ProcessSupervisor.memoryIntervalMs
        if isTimeForMemory {
            memoryReadAt = now
            let own = scoreboard.slot(SharedScoreboard.supervisorSlot)
            MemoryUse.of(getpid()).map { own.setMemory($0) }
        }
        if now - sampledAt >= SharedScoreboard.sampleIntervalMs {
            sampledAt = now
            scoreboard.takeSample(at: Clock.system.now)
        }
        for (id, process) in processes {
            guard let slot = process.slot, let child = fleet.children[id] else { continue }
            let memory = isTimeForMemory ? MemoryUse.of(process.pid) : nil
            memory.map { slot.setMemory($0) }
            for event in events(id, child, slot, memory) {
                perform(fleet.handle(event, at: now), birth)
            }
        }
    }

    private func events(
        _ id: ChildID,
        _ child: Fleet.Child,
        _ slot: Slot,
        _ memory: MemoryUse?
    ) -> [Fleet.Event] {
        guard let plan = plans[child.role] else { return [] }
        var events: [Fleet.Event] = []
        if child.phase == .starting, slot.state == .ready { events.append(.ready(id)) }
        if let deadlineMs = plan.requestDeadlineMs {
            events += overdue(id, slot, after: UInt64(deadlineMs) * 1_000_000)
        }
        let hasServedEnough = plan.requestsMax.map { slot.requests >= $0 } ?? false
        let isTooBig = plan.privateBytesMax.flatMap { most in
            memory.map { $0.privateBytes >= most }
        }
        if !child.isWornOut, hasServedEnough || isTooBig == true {
            events.append(.wornOut(id))
        }
        return events
    }

    private func overdue(_ id: ChildID, _ slot: Slot, after limit: UInt64) -> [Fleet.Event] {
        let now = monotonicNanoseconds()
        if let busy = slot.busy(at: now) { return busy.nanoseconds >= limit ? [.stuck(id)] : [] }
        // What hangs between two requests, reading one or writing the log, hangs as well.
        guard let awake = slot.awakeNanoseconds(at: now), awake >= limit else { return [] }
        return [.wedged(id)]
    }

    /// Collects all that ended, known or not: the first process of a container gets orphans too.
    func reap(_ birth: Birth) {
        var status: Int32 = 0
        while true {
            let pid = waitpid(-1, &status, WNOHANG)
            guard pid > 0 else { return }
            let exit = ExitStatus(status)
            if pid == checkPid {
                checkPid = nil
                upgrade.checkEnded(passed: exit == .exited(0))
                if exit != .exited(0) {
                    log.error("no upgrade: the new binary fails", ["end": .string("\(exit)")])
                }
            } else if let id = processes.first(where: { $0.value.pid == pid })?.key {
                bury(id, exit, birth)
            }
        }
    }

    private func bury(_ id: ChildID, _ exit: ExitStatus, _ birth: Birth) {
        var fields = processes[id]?.fields ?? [:]
        fields["end"] = .string("\(exit)")
        if fleet.children[id]?.phase == .draining {
            log.info("ended", fields)
        } else {
            log.warning("died", fields)
            scoreboard.slot(SharedScoreboard.supervisorSlot).add(.processRestarts, 1)
        }
        forget(id)
        perform(fleet.handle(.exited(id), at: now), birth)
    }

    private func forget(_ id: ChildID) {
        processes.removeValue(forKey: id)?.slot.map { scoreboard.free($0) }
    }
}
