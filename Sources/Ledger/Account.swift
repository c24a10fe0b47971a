package import Base

/// What an account is known by: whose it is, what for, and in which unit it counts.
package struct AccountName: Hashable, Sendable {
    package let owner: String
    package let kind: String
    package let unit: String

    package init(owner: String, kind: String, unit: String) {
        self.owner = owner
        self.kind = kind
        self.unit = unit
    }
}

/// A quantity that must never be wrong, as it stands at one moment.
package struct Account: Equatable, Sendable {
    package let id: Int64
    package let name: Name
    /// Below it nothing may become available; without one the account is never refused anything,
    /// and nobody has to wait for it.
    package let floor: Int64?
    package internal(set) var balance: Int64
    package internal(set) var held: Int64
    package internal(set) var sequence: Int64
    package internal(set) var head: [UInt8]
    package internal(set) var lastAt: Instant

    package typealias Name = AccountName

    package var available: Int64 { balance - held }

    /// How much may be taken out.
    package var spendable: Int64 {
        guard let floor else { return .max }
        let (rest, isOver) = available.subtractingReportingOverflow(floor)
        return isOver ? .max : max(0, rest)
    }
}

/// One line of an account: what was posted, and the balance that this left.
package struct Posting: Equatable, Sendable {
    package let accountID: Int64
    package let sequence: Int64
    package let transferID: String
    package let amount: Int64
    package let balanceAfter: Int64
    package let at: Instant
    let hash: [UInt8]
}
