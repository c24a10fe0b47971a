import Base
import HTTP

/// Every way in which this room says no.
enum ContractRefusal {
    static var codeTaken: Problem {
        Problem(409, "code_taken", "There is a contract with this code")
    }

    static func quotaBelowShipped(quota: Int64, shipped: Int64, requested: Int64) -> Problem {
        Problem(
            409,
            "quota_below_shipped",
            "More was shipped than that",
            detail: "A quota cannot go below what was shipped."
        ).with([
            "limit": .integer(shipped), "current": .integer(quota),
            "requested": .integer(requested),
        ])
    }

    static func quotaExceeded(_ contract: Contract, requested: Int64) -> Problem {
        Problem(
            409,
            "quota_exceeded",
            "That is more than the contract has left",
            detail: "The contract is blocked until an administrator unlocks it."
        ).with([
            "limit": .integer(contract.quota), "current": .integer(contract.shipped),
            "requested": .integer(requested), "remaining": .integer(contract.remaining),
        ])
    }

    static var blocked: Problem {
        Problem(
            409,
            "contract_blocked",
            "The contract is blocked",
            detail: "A shipment would have gone over its quota. An administrator can unlock it."
        )
    }

    static func locked(_ reason: String?) -> Problem {
        Problem(409, "contract_locked", "The contract is locked", detail: reason)
    }

    static var expired: Problem {
        Problem(409, "contract_expired", "The contract is over")
    }

    static func notStarted(_ startsAt: Instant) -> Problem {
        Problem(
            409,
            "contract_not_started",
            "The contract has not begun yet",
            detail: "It begins at \(startsAt.rfc3339)."
        )
    }

    static func notCancellable(_ status: Shipment.Status) -> Problem {
        Problem(
            409,
            "shipment_\(status.rawValue)",
            "Only an accepted shipment can be cancelled"
        )
    }
}
