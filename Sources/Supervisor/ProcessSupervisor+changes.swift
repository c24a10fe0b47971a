import Base
import Glibc
import Scoreboard

extension ProcessSupervisor {
    func obey(_ signal: Int32, _ birth: Birth) {
        switch signal {
        case SIGTERM, SIGINT:
            log.info(fleet.isStopping ? "stopping at once" : "stopping")
            manager.stopping()
            perform(fleet.handle(.stop, at: now), birth)
        case SIGHUP: reload(birth)
        case SIGUSR2:
            log.info("upgrade asked for")
            upgrade.request()
        default: break
        }
    }

    private func reload(_ birth: Birth) {
        guard !fleet.isStopping else { return }
        manager.reloading()
        do {
            use(try validated(plan()), birth)
            log.info("reloaded", ["generation": .integer(Int64(fleet.generation))])
        } catch {
            log.error("not reloaded, everything stays as it was", ["cause": .string("\(error)")])
        }
        hasSaidReady = false
    }

    func use(_ roles: [RolePlan], _ birth: Birth) {
        // A role that is wanted no more keeps its plan: its last processes are still watched.
        for role in roles { plans[role.role] = role }
        let sizes = roles.map { RoleSize(role: $0.role, count: $0.count) }
        perform(fleet.handle(.planned(sizes), at: now), birth)
    }

    /// Refuses a plan for which the scoreboard has no room while it replaces another.
    func validated(_ roles: [RolePlan]) throws(Fault) -> [RolePlan] {
        guard Set(roles.map(\.role)).count == roles.count else {
            throw Fault("a role is planned twice")
        }
        for role in roles {
            guard role.count >= 0 else { throw Fault("a negative count of \(role.role.name)") }
            for socket in (0..<role.count).flatMap(role.sockets)
            where settings.sockets[socket] == nil {
                throw Fault("\(role.role.name) wants the socket \(socket), which is not configured")
            }
        }
        let processes = roles.reduce(0) { $0 + $1.count }
        let processesMax = SharedScoreboard.slotsMax / 2 - roles.count * settings.surgeMax
        guard processes <= processesMax else {
            throw Fault("\(processes) processes are planned, and \(processesMax) are possible")
        }
        return roles
    }

    /// Tells the service manager once that what was begun is done.
    func report() {
        manager.watchdog(at: now)
        guard !hasSaidReady, fleet.isSettled else { return }
        hasSaidReady = true
        manager.ready()
        log.info("serving", ["generation": .integer(Int64(fleet.generation))])
    }
}

extension ProcessSupervisor {
    func advanceUpgrade(_ sockets: ListeningSockets, _ birth: Birth) {
        guard !fleet.isStopping else { return }
        switch upgrade.next(isSettled: fleet.isSettled, at: now) {
        case .wait: break
        case .check: startCheck(birth)
        case .abortCheck: _ = checkPid.map { Glibc.kill($0, SIGKILL) }
        case .exec: becomeNext(sockets)
        }
    }

    private func startCheck(_ birth: Birth) {
        let arguments = [settings.binaryPath] + settings.upgradeCheckArguments
        do {
            checkPid = try birth.program(settings.binaryPath, arguments)
        } catch {
            log.error("no upgrade", ["cause": .string("\(error)")])
            upgrade.checkEnded(passed: false)
        }
    }

    /// Becomes the new binary under the same process id; comes back only when that failed.
    private func becomeNext(_ sockets: ListeningSockets) {
        let children = processes.sorted { $0.key < $1.key }.map { id, process in
            Inheritance.Child(
                pid: process.pid,
                role: process.role,
                isDraining: fleet.children[id]?.phase == .draining
            )
        }
        let inheritance = Inheritance(
            supervisor: getpid(),
            generation: fleet.generation,
            sockets: sockets.descriptors,
            children: children
        )
        log.info("becoming the new binary", ["path": .string(settings.binaryPath)])
        log.flush()
        manager.reloading()
        sockets.keepAcrossExec(true)
        setenv(Inheritance.variable, inheritance.text, 1)
        become(settings.binaryPath, settings.arguments)
        let reason = errno
        unsetenv(Inheritance.variable)
        sockets.keepAcrossExec(false)
        upgrade.execFailed()
        hasSaidReady = false
        log.error("no upgrade: cannot execute", ["cause": .string(text(of: reason))])
    }

    /// What the image before this one left; out of the environment with it, no child may see it.
    func takeInheritance() -> Inheritance? {
        guard let text = environmentValue(Inheritance.variable) else { return nil }
        unsetenv(Inheritance.variable)
        guard let inheritance = Inheritance(text: text), inheritance.supervisor == getpid() else {
            log.warning("\(Inheritance.variable) is not for this process and is ignored")
            return nil
        }
        return inheritance
    }

    func openSockets(_ inheritance: Inheritance?) throws(Fault) -> ListeningSockets {
        let group = try settings.socketGroup.map { name throws(Fault) in
            try Account.group(named: name)
        }
        let options = ListeningSockets.Options(
            mode: settings.socketMode,
            group: group,
            backlog: Machine.backlog
        )
        return try ListeningSockets(
            settings.sockets,
            inherited: inheritance?.sockets ?? [:],
            options: options
        )
    }

    func adopt(_ inheritance: Inheritance?) {
        guard let inheritance else { return }
        fleet = Fleet(limits: settings.limits, generation: inheritance.generation)
        for child in inheritance.children {
            let id = fleet.adopt(child.role, isDraining: child.isDraining, at: now)
            processes[id] = Process(pid: child.pid, role: child.role, index: nil, slot: nil)
        }
        log.info("took over", ["children": .integer(Int64(inheritance.children.count))])
    }

    func writePidFile() throws(Fault) {
        guard let path = settings.pidFile else { return }
        try replaceFile(path, with: Array("\(getpid())\n".utf8), mode: 0o644)
    }
}
