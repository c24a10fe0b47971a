import Base
import HTTP
import Ledger

/// Every way in which this room says no.
enum WalletRefusal {
    static func insufficientFunds(available: Int64, requested: Int64) -> Problem {
        Problem(
            409,
            "insufficient_funds",
            "The wallet does not have that much",
            detail: "Nothing was moved. What is held cannot be spent."
        ).with([
            "limit": 0, "current": .integer(available), "requested": .integer(requested),
            "remaining": .integer(available),
        ])
    }

    /// Nobody learns whether there is such an account that may not receive.
    static func unknownRecipient(_ field: String) -> Problem {
        .invalid([
            FieldError(
                field: field,
                code: "unknown_recipient",
                message: "is nobody who can receive money"
            )
        ])
    }

    static func ownWallet(_ field: String) -> Problem {
        .invalid([
            FieldError(field: field, code: "own_wallet", message: "must be somebody else")
        ])
    }

    /// The receiving wallet cannot hold as much.
    static var overflow: Problem {
        .invalid([
            FieldError(
                field: "amount",
                code: "too_large",
                message: "is more than the receiving wallet can take"
            )
        ])
    }

    /// What the ledger's refusal of a transfer means for whoever asked for it.
    static func problem(for refusal: LedgerRefusal) -> any Error {
        switch refusal {
        case .insufficient(_, let spendable, let requested):
            insufficientFunds(available: spendable, requested: requested)
        case .overflow: overflow
        case .reversedAlready, .holdEnded, .moreThanHeld: refusal
        }
    }
}
