import Base
package import House
import Ledger
import Outbox

/// What this room shows on the first page, and what a search finds in it.
extension WalletsRoom {
    package static func overview(_ call: Call) throws -> [Region] {
        guard let caller = call.principal, caller.may(.readWallet) else { return [] }
        return [
            Region("wallet", News(Topic(.wallets, caller.id))) { try own(caller, call) }
        ]
    }

    private static func own(_ caller: Principal, _ call: Call) throws -> Section {
        let now = call.worker.clock.now
        let wallet = try Wallet.present(of: caller.id, at: now, call.worker.database)
        var section = Section("My wallet")
        section.figures = [
            .init("Balance", WalletWords.money(wallet.balance)),
            .init("Held", WalletWords.money(wallet.held)),
            .init("Available", WalletWords.money(wallet.available)),
        ]
        section.act = Act("Entries", WalletPath.wallet(caller.id))
        return section
    }

    package static func search(_ text: String, _ call: Call) throws -> [SearchHit] {
        guard let caller = call.principal, caller.may(.readAllWallets) else { return [] }
        let (people, database) = (call.worker.people, call.worker.database)
        let owner = Wallet.owner(ofID: text)
        let found =
            try owner.map { try people.find(ids: [$0], emails: [], database) }
            ?? people.search(text, limit: SearchHit.countMax, database)
        return try found.filter { try Wallet.account(of: $0.id, database) != nil }.map { person in
            SearchHit(
                "\(person.name), \(person.email)",
                "wallet",
                WalletPath.wallet(person.id)
            )
        }
    }
}
