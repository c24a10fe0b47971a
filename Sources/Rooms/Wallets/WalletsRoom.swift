package import Base
package import Database
import HTTP
package import House

/// What people have with the platform, and send each other.
package enum WalletsRoom: Room {
    package static let name = "Wallets"

    package static var routes: [Route] { programs + pages }

    package static func seed(_ seeding: Seeding, _ tx: Transaction) throws -> JSONObject {
        try DemoWallets.seed(seeding, tx)
    }

    package static func flaws(_ tx: Transaction) throws -> [String] {
        try WalletsCheck.flaws(tx)
    }

    private static var programs: [Route] {
        [
            .get("wallet", .may(.readWallet), "The own wallet, at any moment", ShowWallet.handle)
                .asks(WalletQuery.self).replies(Wallet.self),
            .get(
                "transactions",
                .may(.readWallet),
                "The entries of the own wallet",
                ListTransactions.handle
            ).asks(TransactionsQuery.self).replies(ListReply<WalletEntry>.self),
            .get(
                "transactions/:id",
                .may(.readWallet),
                "One entry of the own wallet",
                ShowTransaction.handle
            ).replies(WalletEntry.self),
            .gathered("wallet/transfer", .may(.spend), "Send money", TransferMoney.handle)
                .takes(NewMoneyTransfer.self).replies(TransferReply.self),
            .post(
                "admin/wallets/:userId/credit",
                .may(.creditWallets),
                "Credit a wallet",
                CreditWallet.handle
            ).limited(.admin).takes(NewCredit.self).replies(CreditReply.self),
        ]
    }

    private static var pages: [Route] {
        let wallet = WalletPath.wallet(":userId")
        return [
            .livePage(
                WalletPath.wallets,
                .may(.readWallet),
                "What people have, and what they had",
                WalletsPage.show
            ),
            .livePage(wallet, .may(.readWallet), "A wallet", WalletPage.show),
            .page(
                WalletPath.credit(":userId"),
                .may(.creditWallets),
                "Credit a wallet?",
                CreditForm.show
            ),
            .form(
                WalletPath.credit(":userId"),
                .may(.creditWallets),
                "Credit a wallet",
                CreditForm.save
            ).showsAgain(CreditForm.again),
        ]
    }
}
