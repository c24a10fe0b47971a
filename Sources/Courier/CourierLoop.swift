package import Base
import Glibc

/// Lets a courier work until SIGTERM: what is due at once, else with a look every second.
package struct CourierLoop {
    private static let idleMs = 1_000

    private let courier: MailCourier
    private let log: Log
    /// What the database said last: an outage is logged once, not every second.
    private var trouble: String?

    package init(_ courier: MailCourier, log: Log) {
        self.courier = courier
        self.log = log
    }

    /// Before it is ready: SIGTERM then waits until it is asked for.
    package static func holdSignals() {
        signal(SIGPIPE, SIG_IGN)
        var set = CourierLoop.endSignals
        sigprocmask(SIG_BLOCK, &set, nil)
    }

    package mutating func run() {
        var waitMs = 0
        while !CourierLoop.isAskedToEnd(withinMs: waitMs) {
            waitMs = worked() ? 0 : CourierLoop.idleMs
            if waitMs > 0 {
                courier.rest()
                log.flush()
            }
        }
        courier.rest()
        log.flush()
    }

    private mutating func worked() -> Bool {
        do {
            let delivery = try courier.deliverNext()
            if trouble != nil { log.info("mails are sent again") }
            trouble = nil
            return delivery != nil
        } catch {
            if trouble != "\(error)" {
                log.error("no mail can be sent", ["error": .string("\(error)")])
            }
            trouble = "\(error)"
            return false
        }
    }

    private static func isAskedToEnd(withinMs milliseconds: Int) -> Bool {
        var set = endSignals
        var timeout = timespec(
            tv_sec: milliseconds / 1000,
            tv_nsec: milliseconds % 1000 * 1_000_000
        )
        return sigtimedwait(&set, nil, &timeout) == SIGTERM
    }

    private static var endSignals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        return set
    }
}
