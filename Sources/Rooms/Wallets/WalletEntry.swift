import Base
import Database
import HTTP
import Ledger

/// One line of a wallet as its owner reads it.
struct WalletEntry: Sendable, Equatable {
    /// The transfer's.
    let id: String
    let type: String
    let amount: Int64
    let balanceAfter: Int64
    /// Who is at the other end of a transfer between people; else what caused it.
    let reference: String
    let description: String?
    let createdAt: Instant
}

extension WalletEntry {
    /// The entries of one wallet; who is at the other end is asked for all of them at once.
    static func of(
        _ account: Account,
        _ entries: [Entry],
        _ queries: some Queries
    ) throws -> [WalletEntry] {
        let between = entries.filter { $0.transfer.kind == WalletBook.transferKind }
        let others = try TransfersStore.otherOwners(
            of: between.map(\.transfer.id),
            than: account.id,
            queries
        )
        return entries.map { entry in
            WalletEntry(
                id: entry.transfer.id,
                type: entry.transfer.kind,
                amount: entry.amount,
                balanceAfter: entry.balanceAfter,
                reference: others[entry.transfer.id] ?? entry.transfer.reference,
                description: entry.transfer.note,
                createdAt: entry.transfer.at
            )
        }
    }
}

extension WalletEntry: Reply {
    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("type", type)
        reply.put("amount", amount)
        reply.put("balanceAfter", balanceAfter)
        reply.put("reference", reference)
        reply.put("description", description)
        reply.put("createdAt", createdAt)
    }

    static var sample: WalletEntry {
        WalletEntry(
            id: "trf_01HXYZ00000000000000000000",
            type: WalletBook.transferKind,
            amount: -2500,
            balanceAfter: 117_500,
            reference: "usr_01HXYZ00000000000000000001",
            description: "For the tickets",
            createdAt: Instant(milliseconds: 1_772_368_496_789)
        )
    }
}
