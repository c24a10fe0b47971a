import Database
import Ledger

/// Looks for wallets that could not have come to be by transfers.
enum WalletsCheck {
    private static let flawsMax = 20

    static func flaws(_ tx: Transaction) throws -> [String] {
        try Ledger.overdrawn(kind: Wallet.kind, limit: flawsMax, tx).map { account in
            account.floor == nil
                ? "the wallet of \(account.name.owner) has no floor"
                : "the wallet of \(account.name.owner) has \(account.available) available"
        }
    }
}
