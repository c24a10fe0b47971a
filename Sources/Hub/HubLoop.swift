package import Base
import CShims
import FastCGI
import Feed
import Glibc
import HTTP
import Outbox
package import Scoreboard

/// The descriptors of a hub: takes over the connections that nginx opens, hears of events, and
/// tells the hub what is ready.
///
/// While nobody follows it rests: it holds no events and hears of none.
package final class HubLoop {
    private static let readyMax = 512
    /// Who comes in a crowd waits for the next turn, so that others are not kept waiting.
    private static let acceptedPerTurnMax = 256
    private static let tickMs: Int64 = 250
    /// Whoever goes from page to page comes back sooner.
    private static let lonelyMsMax: Int64 = 5_000
    private static let endingMsMax: Int64 = 3_000

    /// What is no subscriber, in the place of a subscriber's number.
    enum Special: Int32 {
        case listening, end, feed
    }

    static let specialGeneration = UInt32.max

    private let listening: Int32
    let slot: Slot
    let log: Log
    let ports: HubPorts
    private let end: EndSignal
    private let epoll: Int32
    let hub: Hub
    /// Nothing while it rests.
    var feed: EventFeed?
    /// Heard of, and not told yet.
    var pending: [Event] = []
    var pace = Pace()
    var lookAt = UInt64.max
    private var tickedAt: Int64 = 0
    var aloneSince: Int64 = 0
    private var rightsTrouble = Trouble(
        "it is not known whose rights stand",
        over: "rights are known again"
    )
    var wakingTrouble = Trouble(
        "no events to begin with",
        over: "there are events to begin with"
    )
    private var isListening = true
    private var isEnding = false

    package init(
        listening: Int32,
        _ ports: HubPorts,
        until end: EndSignal,
        slot: Slot,
        log: Log
    ) throws(Fault) {
        guard Takeover.prepare() else { throw Fault("FCGX_Init failed") }
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw Fault("no epoll: errno \(errno)") }
        self.listening = listening
        self.ports = ports
        self.end = end
        self.slot = slot
        self.log = log
        self.epoll = epoll
        hub = Hub(Window(endingAt: 0), slot: slot)
        hub.watch = { [unowned self] number, generation, isBlocked in
            let descriptor = hub.descriptor(number)
            watch(descriptor, number, generation, isBlocked: isBlocked, EPOLL_CTL_MOD)
        }
        _ = shim_set_nonblocking(listening, 1)
        watch(listening, Special.listening.rawValue, HubLoop.specialGeneration)
        watch(end.descriptor, Special.end.rawValue, HubLoop.specialGeneration)
    }

    deinit {
        close(epoll)
    }

    /// Until SIGTERM came, and whoever was connected has been told to come again.
    package func run() {
        var events = [epoll_event](repeating: epoll_event(), count: HubLoop.readyMax)
        var endsAt = Int64.max
        while true {
            slot.rests()
            let count = epoll_wait(epoll, &events, Int32(HubLoop.readyMax), restMs)
            slot.woke(at: monotonicNanoseconds())
            hub.looked(at: milliseconds)
            var hasNews = false
            for event in events.prefix(max(0, Int(count))) {
                hasNews = take(event) || hasNews
            }
            if hasNews || monotonicNanoseconds() >= lookAt { look() }
            if !pending.isEmpty { deliver() }
            hub.catchUp()
            tick()
            log.flush()
            if isEnding, endsAt == .max { endsAt = hub.now + HubLoop.endingMsMax }
            if isEnding, hub.count == 0 || hub.now >= endsAt { return }
        }
    }

    private var milliseconds: Int64 { Int64(monotonicNanoseconds() / 1_000_000) }

    private var restMs: Int32 {
        if hub.isBehind { return 0 }
        if !pending.isEmpty { return 1 }
        // Asleep, it waits for whoever comes; if they could not be let in, for a moment.
        guard feed != nil else { return isListening ? -1 : Int32(HubLoop.tickMs) }
        let now = monotonicNanoseconds()
        let untilLook = now >= lookAt ? 0 : Int32(clamping: (lookAt - now) / 1_000_000 + 1)
        return min(untilLook, Int32(HubLoop.tickMs))
    }

    /// Whether there may be new events.
    private func take(_ event: epoll_event) -> Bool {
        let number = Int32(truncatingIfNeeded: event.data.u64)
        let generation = UInt32(event.data.u64 >> 32)
        guard generation != HubLoop.specialGeneration else {
            switch Special(rawValue: number) {
            case .listening: accept()
            case .end: retire()
            case .feed: return true
            case nil: break
            }
            return false
        }
        // An event of a connection that was closed earlier in this turn.
        guard hub.isCurrent(number, generation) else { return false }
        if event.events & EPOLLOUT.rawValue != 0 { hub.becameWritable(number) }
        guard event.events & ~EPOLLOUT.rawValue != 0, hub.isCurrent(number, generation) else {
            return false
        }
        read(number)
        return false
    }

    private func accept() {
        guard feed != nil || wakes() else { return pauseListening() }
        for _ in 0..<HubLoop.acceptedPerTurnMax {
            let descriptor = shim_accept(listening)
            guard descriptor >= 0 else {
                if errno == EMFILE || errno == ENFILE {
                    log.warning(
                        "no descriptor is free",
                        ["subscribers": .integer(Int64(hub.count))]
                    )
                    pauseListening()
                }
                return
            }
            let (number, generation) = hub.accept(descriptor)
            watch(descriptor, number, generation)
        }
    }

    /// Whoever comes waits in the kernel for a moment, until there is a descriptor or an event.
    private func pauseListening() {
        isListening = false
        epoll_ctl(epoll, EPOLL_CTL_DEL, listening, nil)
    }

    private func read(_ number: Int32) {
        guard hub.awaitsRequest(number) else {
            drain(number)
            return
        }
        let descriptor = hub.descriptor(number)
        guard let request = Takeover.request(of: descriptor) else {
            hub.forget(number)
            return
        }
        _ = shim_set_nonblocking(descriptor, 1)
        guard let told = Handover(request.query)?.told, let grant = Grant(.object(told)) else {
            log.warning("a request without a grant", ["path": .string(request.path)])
            hub.end(number)
            return
        }
        hub.begin(number, grant, endsInMs: msLeft(grant.warrant))
        slot.connections = hub.count
    }

    private func msLeft(_ warrant: Warrant?) -> Int64? {
        warrant?.endsAt.map { $0.milliseconds - Clock.system.now.milliseconds }
    }

    /// nginx sends nothing more; when it closes, the reader has left.
    private func drain(_ number: Int32) {
        var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        let count = withUnsafeMutableBytes(of: &bytes) {
            Glibc.read(hub.descriptor(number), $0.baseAddress, $0.count)
        }
        if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { hub.left(number) }
    }

    private func tick() {
        guard hub.now - tickedAt >= HubLoop.tickMs else { return }
        tickedAt = hub.now
        if hub.count > 0 { aloneSince = hub.now }
        if feed != nil, hub.now - aloneSince >= HubLoop.lonelyMsMax { fallAsleep() }
        hub.tick()
        if !isListening, !isEnding {
            isListening = true
            watch(listening, Special.listening.rawValue, HubLoop.specialGeneration)
        }
        checkRights()
        hub.tellPresence(ports.presence)
        slot.connections = hub.count
    }

    private func checkRights() {
        do {
            try hub.checkRights(ports.rights)
            rightsTrouble.isOver(log)
        } catch {
            // Without MariaDB nothing happens either that somebody could see.
            rightsTrouble.met(error, log)
        }
    }

    private func retire() {
        guard !isEnding else { return }
        isEnding = true
        epoll_ctl(epoll, EPOLL_CTL_DEL, listening, nil)
        epoll_ctl(epoll, EPOLL_CTL_DEL, end.descriptor, nil)
        close(listening)
        log.info("ending", ["subscribers": .integer(Int64(hub.count))])
        hub.endAll()
    }

    func watch(
        _ descriptor: Int32,
        _ number: Int32,
        _ generation: UInt32,
        isBlocked: Bool = false,
        _ operation: Int32 = EPOLL_CTL_ADD
    ) {
        let reading = EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        var event = epoll_event(
            events: isBlocked ? reading | EPOLLOUT.rawValue : reading,
            data: epoll_data_t(
                u64: UInt64(generation) << 32 | UInt64(UInt32(bitPattern: number))
            )
        )
        epoll_ctl(epoll, operation, descriptor, &event)
    }
}
