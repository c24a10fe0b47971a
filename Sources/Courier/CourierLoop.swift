package import Base

/// Lets a courier work until SIGTERM: what is due at once, else with a look every second.
package struct CourierLoop {
    private static let idleMs = 1_000

    private let courier: MailCourier
    private let end: EndSignal
    private let log: Log
    private var trouble = Trouble("no mail can be sent", over: "mails are sent again", .error)

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
            trouble.isOver(log)
            return delivery != nil
        } catch {
            trouble.met(error, log)
            return false
        }
    }
}
