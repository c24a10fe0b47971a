package import Base
import CShims
import Glibc
package import Scoreboard

/// Starts the server's processes, watches them, and carries them through reloads and upgrades.
///
/// It has one thread and opens no connection. `Fleet` and `Upgrade` decide, this type does.
package final class ProcessSupervisor {
    private static let restMs = 250
    private static let movingRestMs = 20

    /// A child's process, and where it writes what it does; an inherited child writes nowhere.
    struct Process {
        let pid: Int32
        let role: ProcessRole
        let index: Int?
        let slot: Slot?

        var fields: JSONObject {
            var fields: JSONObject = ["role": .string(role.name), "pid": .integer(Int64(pid))]
            if let index { fields["index"] = .integer(Int64(index)) }
            return fields
        }
    }

    let settings: SupervisorSettings
    let scoreboard: SharedScoreboard
    let log: Log
    let plan: () throws -> [RolePlan]

    var fleet: Fleet
    var upgrade = Upgrade()
    var manager = ServiceManager()
    var plans: [ProcessRole: RolePlan] = [:]
    var processes: [ChildID: Process] = [:]
    var checkPid: Int32?
    var hasSaidReady = false
    var isFinished = false
    var memoryReadAt = 0
    var sampledAt = 0

    /// `plan` is called at the start and for every reload, and reads the configuration anew.
    package init(
        _ settings: SupervisorSettings,
        scoreboard: SharedScoreboard,
        log: Log,
        plan: @escaping () throws -> [RolePlan]
    ) {
        self.settings = settings
        self.scoreboard = scoreboard
        self.log = log
        self.plan = plan
        fleet = Fleet(limits: settings.limits)
    }

    /// Serves until it is told to stop; the exit code of the process.
    package func run() -> Int32 {
        shim_set_title("entrepot: supervisor")
        Signals.take()
        Machine.prepare(settings, log)
        let inheritance = takeInheritance()
        do {
            let roles = try validated(plan())
            let sockets = try openSockets(inheritance)
            defer { sockets.remove() }
            try writePidFile()
            defer { settings.pidFile.map { _ = unlink($0) } }
            let account = try settings.user.flatMap { name throws(Fault) in
                geteuid() == 0 ? try Account.named(name) : nil
            }
            let birth = Birth(descriptors: sockets.descriptors, account: account, log: log)
            adopt(inheritance)
            serve(roles, sockets, birth)
            log.info("stopped")
            log.flush()
            return 0
        } catch {
            log.error("cannot start", ["cause": .string("\(error)")])
            return 1
        }
    }

    private func serve(_ roles: [RolePlan], _ sockets: ListeningSockets, _ birth: Birth) {
        let slot = scoreboard.claimForSupervisor(
            generation: fleet.generation + 1,
            at: Clock.system.now
        )
        slot.setPid(getpid())
        slot.state = .ready
        use(roles, birth)
        while !isFinished {
            let rest =
                fleet.isMoving || upgrade.isUnderWay
                ? ProcessSupervisor.movingRestMs : ProcessSupervisor.restMs
            if let number = Signals.wait(timeoutMs: rest) { obey(number, birth) }
            reap(birth)
            observe(birth)
            perform(fleet.handle(.tick, at: now), birth)
            advanceUpgrade(sockets, birth)
            report()
            log.flush()
        }
    }

    var now: Int { Int(monotonicMs()) }
}
