import Base
import CShims
import Glibc
import Scoreboard

/// Makes processes: a child that runs a role, or a program that is tried out.
struct Birth {
    private static let failedExitCode: Int32 = 70

    let descriptors: [String: Int32]
    let account: Account?
    let log: Log

    /// The process id of a child that runs the plan's body; it never returns in the child.
    func child(
        _ plan: RolePlan,
        _ seat: Seat,
        _ generation: Int,
        _ board: SharedScoreboard,
        _ slot: Slot
    ) throws(Fault) -> Int32 {
        let supervisor = getpid()
        // Or the child would write the buffered lines a second time.
        log.flush()
        let pid = shim_fork()
        guard pid >= 0 else { throw Fault("cannot fork: \(text(of: errno))") }
        if pid > 0 {
            slot.setPid(pid)
            return pid
        }
        slot.setPid(getpid())
        let sockets = plan.sockets(seat.index)
        let kept = descriptors.filter { sockets.contains($0.key) }
        prepareChild(seat, kept, supervisor)
        let context = ChildContext(
            role: seat.role,
            index: seat.index,
            generation: generation,
            scoreboard: board,
            slot: slot,
            descriptors: kept
        )
        // Nothing of the supervisor may run at the end: neither exit handlers nor buffers.
        _exit(plan.body(context))
    }

    private func prepareChild(_ seat: Seat, _ kept: [String: Int32], _ supervisor: Int32) {
        shim_set_title("entrepot: \(seat.role.name) \(seat.index)")
        for (name, descriptor) in descriptors where kept[name] == nil { close(descriptor) }
        if let account, !account.assume() {
            log.error("cannot become the configured user", ["errno": .integer(Int64(errno))])
            _exit(Birth.failedExitCode)
        }
        // After the change of user, which clears it.
        _ = shim_set_parent_death_signal(SIGTERM)
        guard getppid() == supervisor else { _exit(Birth.failedExitCode) }
        Signals.releaseForChild()
    }

    /// The process id of a program whose output nobody sees.
    func program(_ path: String, _ arguments: [String]) throws(Fault) -> Int32 {
        log.flush()
        let pid = shim_fork()
        guard pid >= 0 else { throw Fault("cannot fork: \(text(of: errno))") }
        if pid > 0 { return pid }
        let null = open("/dev/null", O_RDWR)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO] { dup2(null, descriptor) }
        Signals.releaseForProgram()
        become(path, arguments)
        _exit(Birth.failedExitCode)
    }
}

/// Replaces this process by a program; returns only when that failed.
func become(_ path: String, _ arguments: [String]) {
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    pointers.append(nil)
    execv(path, pointers)
    let reason = errno
    for pointer in pointers { free(pointer) }
    errno = reason
}
