import Base
import HTTP
package import House
import Ledger

/// The ledger to look through: every account, posting and transfer, whatever room they are of.
package enum AccountsRoom: Room {
    package static let name = "Accounts"

    package static var routes: [Route] {
        let account = AccountPath.ledger + "/:account"
        return [
            .livePage(
                AccountPath.ledger,
                .may(.readLedger),
                "Every account, with its balance",
                AccountsPage.show
            ),
            .livePage(account, .may(.readLedger), "An account and its postings", AccountPage.show),
            .livePage(
                AccountPath.transfer(":id"),
                .may(.readLedger),
                "A transfer and its legs",
                TransferPage.show
            ),
        ] + verification
    }

    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] {
        guard call.principal?.may(.readLedger) == true,
            Identifier.isWellFormed(text, prefix: "trf"),
            let transfer = try TransfersStore.find(text, call.worker.database)
        else { return [] }
        let path = AccountPath.transfer(transfer.id)
        return [SearchHit("\(transfer.kind), \(transfer.id)", "transfer", path)]
    }

    /// Beside the fast pool: it reads as much as its bound allows.
    private static var verification: [Route] {
        let (all, one) = (AccountPath.verify, AccountPath.ledger + "/:account/verify")
        return [
            .page(all, .may(.verifyLedger), "Verify the ledger?", VerifyLedger.show),
            .form(all, .may(.verifyLedger), "Verify the ledger", VerifyLedger.run)
                .inPool(.slow).answers(200),
            .page(one, .may(.verifyLedger), "Verify an account?", VerifyAccount.show),
            .form(one, .may(.verifyLedger), "Verify an account", VerifyAccount.run)
                .inPool(.slow).answers(200),
        ]
    }
}
