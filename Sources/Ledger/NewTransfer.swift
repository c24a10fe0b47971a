package import Base

/// One business fact that is to be posted: legs that add up to zero in each unit.
package struct NewTransfer: Sendable {
    /// What one account gets, or gives when the amount is negative.
    package struct Leg: Equatable, Sendable {
        package let accountID: Int64
        package let amount: Int64

        package init(_ accountID: Int64, _ amount: Int64) {
            self.accountID = accountID
            self.amount = amount
        }
    }

    /// `trf_` and a ULID.
    package let id: String
    package let kind: String
    /// The id of what caused it.
    package let reference: String
    package let legs: [Leg]
    package var note: String?
    package var idempotencyKey: String?
    /// The transfer that this one undoes, whole or in part.
    package var reverses: String?

    package init(id: String, kind: String, reference: String, legs: [Leg]) {
        self.id = id
        self.kind = kind
        self.reference = reference
        self.legs = legs
    }
}

/// What is to be held back on one account until it is known what becomes of it.
package struct NewHold: Sendable {
    /// `hld_` and a ULID.
    package let id: String
    package let accountID: Int64
    package let amount: Int64
    package let kind: String
    package let reference: String
    package let expiresAt: Instant?

    package init(
        id: String,
        accountID: Int64,
        amount: Int64,
        kind: String,
        reference: String,
        expiresAt: Instant? = nil
    ) {
        self.id = id
        self.accountID = accountID
        self.amount = amount
        self.kind = kind
        self.reference = reference
        self.expiresAt = expiresAt
    }
}

/// A hold as it stands.
package struct Hold: Equatable, Sendable {
    /// It begins held and ends once.
    package enum Status: String, CaseIterable, Sendable {
        case held, posted, voided, expired
    }

    package let id: String
    package let accountID: Int64
    package let amount: Int64
    package let kind: String
    package let reference: String
    package internal(set) var status: Status
    package internal(set) var transferID: String?
    package let createdAt: Instant
    package let expiresAt: Instant?
    package internal(set) var endedAt: Instant?
}

/// Every way in which the ledger says no.
package enum LedgerRefusal: Error, Equatable {
    /// More than is there: what there is, and what was asked for.
    case insufficient(accountID: Int64, spendable: Int64, requested: Int64)
    case overflow
    /// Of the original, less is left to undo than was asked for.
    case reversedAlready(accountID: Int64, left: Int64)
    case holdEnded(Hold.Status)
    case moreThanHeld(held: Int64)
}
