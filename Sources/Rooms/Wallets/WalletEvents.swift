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
        var event = NewEvent(
            id: call.worker.makeID(Outbox.idPrefix),
            type,
            on: ["wallets/\(wallet.owner)"],
            data: ReplyWriter.object {
                entry.write(to: &$0)
                $0.put("wallet", wallet)
            }
        )
        event.userID = wallet.owner
        return event
    }
}
