import Base
import HTTP
import Ledger

/// An agreement to ship up to a quota, and how much of it was.
struct Contract: Sendable, Equatable {
    /// What was done to it; that its time is over shows in `status(at:)`.
    enum State: String, CaseIterable, Sendable {
        case active, blocked, locked
    }

    enum Status: String, CaseIterable, Sendable {
        case active, blocked, locked, expired
    }

    static let unit = "QUOTA"
    static let idPrefix = "ctr"

    let id: String
    let code: String
    var title: String
    var customer: String?
    let unit: String
    let quotaAccount: Int64
    let shippedAccount: Int64
    /// Both as the ledger has them.
    var shipped: Int64
    var remaining: Int64
    var state: State
    var lockReason: String?
    var alertPercents: [Int64]
    var notifyEmails: [String]
    let startsAt: Instant?
    var endsAt: Instant?
    var version: Int64
    let createdAt: Instant
    var updatedAt: Instant

    var quota: Int64 { shipped + remaining }

    func status(at now: Instant) -> Status {
        switch state {
        case .blocked: return .blocked
        case .locked: return .locked
        case .active:
            if let endsAt, endsAt <= now { return .expired }
            return .active
        }
    }

    static func blockedReason(_ quantity: Int64) -> String {
        "A shipment of \(quantity) would have gone over the quota."
    }

    /// Why nothing may be shipped now, whatever is left.
    func refusal(at now: Instant) -> Problem? {
        switch status(at: now) {
        case .blocked: return ContractRefusal.blocked
        case .locked: return ContractRefusal.locked(lockReason)
        case .expired: return ContractRefusal.expired
        case .active:
            if let startsAt, startsAt > now { return ContractRefusal.notStarted(startsAt) }
            return nil
        }
    }

    /// Which of the percentages are reached now and were not before, in ascending order.
    func percentsCrossed(from before: Contract) -> [Int64] {
        alertPercents.sorted().filter { percent in
            let wasReached = Contract.reaches(percent, shipped: before.shipped, of: before.quota)
            return !wasReached && Contract.reaches(percent, shipped: shipped, of: quota)
        }
    }

    private static func reaches(_ percent: Int64, shipped: Int64, of quota: Int64) -> Bool {
        // Wide: a quota times a hundred may not fit.
        shipped.multipliedFullWidth(by: 100) >= quota.multipliedFullWidth(by: percent)
    }
}

/// A contract as it stands at a moment.
struct ContractReply: Reply {
    let contract: Contract
    let now: Instant

    func write(to reply: inout ReplyWriter) {
        reply.put("id", contract.id)
        reply.put("code", contract.code)
        reply.put("title", contract.title)
        reply.put("customer", contract.customer)
        reply.put("unit", contract.unit)
        reply.put("quota", contract.quota)
        reply.put("shipped", contract.shipped)
        reply.put("remaining", contract.remaining)
        reply.put("status", contract.status(at: now))
        reply.put("lockReason", contract.lockReason)
        reply.put("alertPercents", contract.alertPercents)
        reply.put("notifyEmails", contract.notifyEmails)
        reply.put("startsAt", contract.startsAt)
        reply.put("endsAt", contract.endsAt)
        reply.put("version", contract.version)
        reply.put("createdAt", contract.createdAt)
        reply.put("updatedAt", contract.updatedAt)
    }

    static var sample: ContractReply {
        let at = Instant(milliseconds: 1_772_368_496_789)
        return ContractReply(
            contract: Contract(
                id: "ctr_01HXYZ00000000000000000000",
                code: "CTR-2026-01",
                title: "Battery packs, first half",
                customer: "Northwind Cold Stores",
                unit: "pieces",
                quotaAccount: 1,
                shippedAccount: 2,
                shipped: 800,
                remaining: 200,
                state: .active,
                lockReason: "Under review",
                alertPercents: [80, 95, 100],
                notifyEmails: ["ops@example.com"],
                startsAt: at,
                endsAt: at.adding(seconds: 86_400 * 180),
                version: 1,
                createdAt: at,
                updatedAt: at
            ),
            now: at
        )
    }
}
