package import Base
import CFastCGI
import CShims
import Glibc
package import HTTP

/// Serves the requests of all connections that nginx keeps to this process, everything that is
/// ready together.
///
/// libfcgi reads and writes the protocol; epoll says which connection has a request, so that one
/// process holds many kept connections. Only nginx closes them: a worker that did would race with a
/// request already on its way.
package final class Server {
    /// Takes what was ready together, and answers each by its place in the list, in any order.
    package typealias Serve = ([Request], _ answer: (Int, Response) -> Void) -> Void

    /// How much is read, and how many at a time.
    package struct Limits: Sendable {
        package var bodyBytesMax = 32 * 1024 * 1024
        package var readyMax = 64
        /// Whoever holds so many connections leaves further ones to other processes.
        package var connectionsMax = Int.max
        /// Waits a moment for as much as there was last time.
        package var musters = false

        package init() {}
    }

    private let listening: [Int32]
    private let limits: Limits
    private let log: Log
    private var epoll: Int32 = -1
    private var signals: Int32 = -1
    private var connections: [Int32: Connection] = [:]
    private var muster = Muster()
    private var isListening = false
    private var isDraining = false

    package init(listening: [Int32], limits: Limits = Limits(), log: Log) {
        self.listening = listening
        self.limits = limits
        self.log = log
    }

    package var connectionCount: Int { connections.count }

    /// Runs until SIGTERM came and nginx has closed the last connection.
    ///
    /// Before it waits it asks `rest` for how many milliseconds at most (-1: for as long as it
    /// takes), afterwards it calls `woke`, and `rested` when nothing came meanwhile.
    package func run(
        rest: () -> Int32,
        woke: () -> Void,
        rested: () -> Void,
        serve: Serve
    ) throws {
        try open()
        // The waits of a muster are shorter than what the kernel adds to them.
        if limits.musters { _ = shim_set_timer_slack(1_000) }
        var events = [epoll_event](repeating: epoll_event(), count: limits.readyMax)
        while !(isDraining && connections.isEmpty) {
            var count = epoll_wait(epoll, &events, Int32(limits.readyMax), rest())
            if count < 0 {
                guard errno == EINTR else { throw Fault("epoll_wait failed: errno \(errno)") }
                continue
            }
            woke()
            if count == 0 { rested() }
            if count > 0, limits.musters {
                count = muster.wait(from: count) {
                    epoll_wait(epoll, &events, Int32(limits.readyMax), 0)
                }
            }
            var ready: [(connection: Connection, request: Request)] = []
            for event in events.prefix(Int(count)) {
                let descriptor = event.data.fd
                if descriptor == signals {
                    drain()
                } else if listening.contains(descriptor) {
                    accept(from: descriptor)
                } else if let connection = connections[descriptor] {
                    // libfcgi would answer the end of a connection by accepting another itself.
                    let isEnded = event.events & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue) != 0
                    if !isEnded, let request = connection.next(bodyBytesMax: limits.bodyBytesMax) {
                        ready.append((connection, request))
                    } else {
                        close(connection)
                    }
                }
            }
            if !ready.isEmpty { answer(ready, by: serve) }
            listenIfThereIsRoom()
        }
    }

    private func open() throws {
        // libfcgi waits up to 2 s for the peer when it closes; nginx has closed already when we do.
        setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "50", 1)
        guard FCGX_Init() == 0 else { throw Fault("FCGX_Init failed") }
        // After FCGX_Init, which puts its own handlers on these.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGUSR1, SIG_IGN)
        signal(SIGTERM, SIG_DFL)
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGTERM)
        sigprocmask(SIG_BLOCK, &mask, nil)
        signals = signalfd(-1, &mask, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard signals >= 0, epoll >= 0 else { throw Fault("epoll or signalfd: errno \(errno)") }
        watch(signals, EPOLLIN.rawValue)
        for socket in listening { _ = shim_set_nonblocking(socket, 1) }
        listenIfThereIsRoom()
    }

    private func watch(_ descriptor: Int32, _ interest: UInt32) {
        var event = epoll_event(events: interest, data: epoll_data_t(fd: descriptor))
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    private func listenIfThereIsRoom() {
        let listens = !isDraining && connections.count < limits.connectionsMax
        guard listens != isListening else { return }
        isListening = listens
        for socket in listening {
            if listens {
                watch(socket, EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue)
            } else {
                epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
            }
        }
    }

    /// Takes no new connection, and goes on with those it has until nginx has closed the last.
    private func drain() {
        var info = signalfd_siginfo()
        _ = Glibc.read(signals, &info, MemoryLayout<signalfd_siginfo>.size)
        guard !isDraining else { return }
        isDraining = true
        listenIfThereIsRoom()
        release()
        log.debug("draining", ["connections": .integer(Int64(connections.count))])
    }

    /// Lets go of the listening sockets themselves.
    ///
    /// One that a draining worker still held would take connections that nobody accepts. The
    /// numbers stay taken, since libfcgi knows them.
    private func release() {
        let null = Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
        for socket in listening {
            dup2(null, socket)
        }
        Glibc.close(null)
    }

    /// One connection for each wake-up: the rest is left to workers that have nothing to do.
    private func accept(from socket: Int32) {
        guard connections.count < limits.connectionsMax else { return }
        let descriptor = shim_accept(socket)
        guard descriptor >= 0 else { return }
        guard let connection = Connection(descriptor, listening: socket) else { return }
        connections[descriptor] = connection
        watch(descriptor, EPOLLIN.rawValue | EPOLLRDHUP.rawValue)
    }

    private func answer(_ ready: [(connection: Connection, request: Request)], by serve: Serve) {
        let start = monotonicNanoseconds()
        serve(ready.map(\.request)) { index, response in
            let connection = ready[index].connection
            if !connection.send(response) { close(connection) }
        }
        muster.served(inNanoseconds: monotonicNanoseconds() - start)
    }

    private func close(_ connection: Connection) {
        connections[connection.descriptor] = nil
        epoll_ctl(epoll, EPOLL_CTL_DEL, connection.descriptor, nil)
        connection.close()
    }
}
