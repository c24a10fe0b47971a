import Base
import HTTP
import House
import Outbox

/// What is told of a wallet, to its owner and nobody else.
enum WalletEvents {
    static func entry(
        _ type: String,
        _ entry: WalletEntry,
        _ wallet: Wallet,
        _ call: Call
    ) -> NewEvent {
        var data = entry.snapshot.object ?? [:]
        data["wallet"] = wallet.snapshot
        var event = NewEvent(
            id: call.worker.makeID(Outbox.idPrefix),
            type,
            on: ["wallets/\(wallet.owner)"],
            data
        )
        event.userID = wallet.owner
        return event
    }
}
