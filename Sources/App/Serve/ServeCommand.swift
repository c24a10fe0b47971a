import Base
import Database
import Glibc
import House
import Identity
import Scoreboard
import Supervisor

/// `entrepot serve`: the supervisor, and everything that it forks.
enum ServeCommand {
    static let summary = "serve: the supervisor with its workers"

    static func run(_ product: Product, _ arguments: [String]) throws -> Int32 {
        guard !Terminal.explains(arguments, help) else { return 0 }
        let settings = try Settings.load()
        try checkBeforeForking(product, settings)
        let log = Log(level: settings.logLevel, process: "supervisor")
        sayFirstLink(settings, log)
        // One place more than there are routes counts what leads nowhere.
        let scoreboard = try SharedScoreboard(routes: product.routes.count + 1)
        let supervisor = ProcessSupervisor(
            supervisorSettings(settings),
            scoreboard: scoreboard,
            log: log
        ) {
            let settings = try Settings.load()
            try checkBeforeForking(product, settings)
            return plans(product, settings)
        }
        return supervisor.run()
    }

    /// What would let every worker die young is said once, by the parent, and a reload keeps the
    /// old ones.
    private static func checkBeforeForking(_ product: Product, _ settings: Settings) throws {
        _ = try product.templates(settings)
        _ = try TokenKeys(settings.token)
        try CourierProcess.check(settings)
    }

    /// While nobody exists, whoever reads the log may become the first administrator.
    ///
    /// The connection is gone before the first fork. Without a database there is nothing to say:
    /// `entrepot user create` does the same later.
    private static func sayFirstLink(_ settings: Settings, _ log: Log) {
        do {
            let path = try MariaDB(settings.database).transaction { tx in
                try OperatorDesk.firstLinkPath(at: Clock.system.now, tx)
            }
            guard let path else { return }
            log.warning(
                "nobody exists yet: this link, within a day, makes the first administrator",
                ["link": .string(settings.publicURL + path)]
            )
        } catch {
            log.warning("it is not known whether anybody exists", ["error": .string("\(error)")])
        }
    }

    private static func plans(_ product: Product, _ settings: Settings) -> [RolePlan] {
        let processes = settings.processes
        return [
            workerPlan(.worker, processes.workers, "worker", product, settings),
            workerPlan(.slow, processes.slowWorkers, "slow", product, settings),
            workerPlan(.gatherer, processes.gatherers, "gatherer", product, settings),
            plan(.relay, 1, settings) { context, log in
                try RelayProcess(settings: settings, context: context, log: log).run()
            },
            plan(.courier, 1, settings) { context, log in
                try CourierProcess(
                    product: product,
                    settings: settings,
                    context: context,
                    log: log
                ).run()
            },
            clockPlan(product, settings), hubPlan(settings), bridgePlan(product, settings),
        ]
    }

    /// Without a broker there is none.
    private static func bridgePlan(_ product: Product, _ settings: Settings) -> RolePlan {
        guard let address = settings.mqtt.address else {
            return RolePlan(.bridge, count: 0) { _ in 0 }
        }
        var plan = plan(.bridge, 1, settings) { context, log in
            try BridgeProcess(
                product: product,
                settings: settings,
                address: address,
                context: context,
                log: log
            ).run()
        }
        plan.requestDeadlineMs = BridgeProcess.silenceMsMax
        return plan
    }

    private static func hubPlan(_ settings: Settings) -> RolePlan {
        var plan = plan(.hub, settings.processes.hubs, settings) { context, log in
            try HubProcess(settings: settings, context: context, log: log).run()
        }
        plan.sockets = { [HubProcess.socket($0)] }
        plan.requestDeadlineMs = settings.processes.requestDeadlineMs
        return plan
    }

    private static func clockPlan(_ product: Product, _ settings: Settings) -> RolePlan {
        var plan = plan(.clock, 1, settings) { context, log in
            try ClockProcess(
                product: product,
                settings: settings,
                context: context,
                log: log
            ).run()
        }
        plan.requestDeadlineMs = ClockProcess.silenceMsMax
        return plan
    }

    private static func workerPlan(
        _ role: ProcessRole,
        _ count: Int,
        _ socket: String,
        _ product: Product,
        _ settings: Settings
    ) -> RolePlan {
        var plan = plan(role, count, settings) { context, log in
            try WorkerProcess(
                product: product,
                settings: settings,
                context: context,
                log: log
            ).run()
        }
        let recycleAfter = settings.processes.recycleAfterRequests
        plan.sockets = { _ in [socket] }
        plan.requestDeadlineMs = settings.processes.requestDeadlineMs
        plan.requestsMax = recycleAfter > 0 ? UInt64(recycleAfter) : nil
        plan.privateBytesMax = UInt64(settings.processes.memoryMiBMax) * 1024 * 1024
        return plan
    }

    /// What a child does from its fork to its end; its exit code says whether that was meant.
    private static func plan(
        _ role: ProcessRole,
        _ count: Int,
        _ settings: Settings,
        _ run: @escaping (ChildContext, Log) throws -> Void
    ) -> RolePlan {
        RolePlan(role, count: count) { context in
            let log = Log(level: settings.logLevel, process: "\(role.name) \(context.index)")
            defer { log.flush() }
            do {
                try run(context, log)
                return 0
            } catch {
                log.error("the process cannot go on", ["error": .string("\(error)")])
                return 1
            }
        }
    }

    private static func supervisorSettings(_ settings: Settings) -> SupervisorSettings {
        let processes = settings.processes
        var sockets = [
            "worker": processes.workerSocket, "slow": processes.slowSocket,
            "gatherer": processes.gathererSocket,
        ]
        for index in 0..<processes.hubs {
            sockets[HubProcess.socket(index)] = processes.hubSocket(index)
        }
        var supervisor = SupervisorSettings(
            sockets: sockets,
            binaryPath: ownPath(),
            arguments: CommandLine.arguments
        )
        supervisor.pidFile = processes.pidFile
        supervisor.user = processes.user
        supervisor.drainDeadlineMs = processes.drainDeadlineMs
        return supervisor
    }

    /// The path the program was started by: a new file put there is what an upgrade finds.
    private static func ownPath() -> String {
        let name = CommandLine.arguments.first ?? "entrepot"
        if name.contains("/"), let absolute = realpath(name, nil) {
            defer { free(absolute) }
            return String(cString: absolute)
        }
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &bytes, bytes.count)
        return String(
            decoding: bytes.prefix(max(0, count)).map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }

    private static let help = """
        usage: entrepot serve

        Binds the FastCGI sockets and serves until SIGTERM. SIGHUP reads the configuration again and
        replaces the workers one by one; SIGUSR2 starts the binary anew on the same sockets, without
        a lost request.
        """
}
