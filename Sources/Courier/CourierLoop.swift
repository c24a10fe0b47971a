package import Base

/// Lets a courier work until SIGTERM: what is due at once, else with a look every second.
package struct CourierLoop {
    private static let idleMs = 1_000

    private let courier: MailCourier
    private let end: EndSignal
    private let log: Log
    /// What the database said last: an outage is logged once, not every second.
    private var trouble: String?

    package init(_ courier: MailCourier, until end: EndSignal, log: Log) {
        self.courier = courier
        self.end = end
        self.log = log
    }

    package mutating func run() {
        var waitMs = 0
        while !end.comes(withinMs: waitMs) {
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
}
