import Base
import Database
import HTTP
import Ledger

/// What somebody has with the platform, in paise: an account of the ledger, looked at.
struct Wallet: Sendable, Equatable {
    static let kind = "wallet"
    static let currency = "INR"
    static let idPrefix = "wal"
    /// What one transfer may move: ten thousand of them fit into an account.
    static let amountMax: Int64 = 1_000_000_000_000_000
    static let noteLengthMax = 200
    static let reasonLengthMax = 500

    let owner: String
    let balance: Int64
    let held: Int64
    let asOf: Instant

    var available: Int64 { balance - held }

    /// A person has one: it is called as they are.
    var id: String {
        let name = owner.split(separator: "_", maxSplits: 1).last.map(String.init) ?? owner
        return "\(Wallet.idPrefix)_\(name)"
    }

    /// Whose the wallet of this id would be, if it is one.
    static func owner(ofID id: String) -> String? {
        guard Identifier.isWellFormed(id, prefix: idPrefix) else { return nil }
        return "usr" + id.dropFirst(idPrefix.count)
    }

    static func name(of owner: String) -> AccountName {
        AccountName(owner: owner, kind: kind, unit: currency)
    }

    /// Where the platform's own money is; without a floor, so that nobody waits for it.
    static let cash = AccountName(owner: "platform", kind: "cash", unit: currency)
}

extension Wallet {
    init(_ account: Account, at now: Instant) {
        self.init(
            owner: account.name.owner,
            balance: account.balance,
            held: account.held,
            asOf: now
        )
    }

    /// As it is, all of it in one row; whoever never had any money has an empty one.
    static func present(of owner: String, at now: Instant, _ queries: some Queries) throws -> Wallet
    {
        guard let account = try Ledger.find(name(of: owner), queries) else {
            return Wallet(owner: owner, balance: 0, held: 0, asOf: now)
        }
        return Wallet(account, at: now)
    }

    /// As it was, all of it read at one moment.
    static func past(of owner: String, at moment: Instant, _ tx: Transaction) throws -> Wallet {
        guard let account = try Ledger.find(name(of: owner), tx) else {
            return Wallet(owner: owner, balance: 0, held: 0, asOf: moment)
        }
        let standing = try LedgerHistory.standing(of: account, at: moment, tx)
        return Wallet(
            owner: owner,
            balance: standing.balance,
            held: standing.held,
            asOf: moment
        )
    }
}

extension Wallet: Reply {
    func write(to reply: inout ReplyWriter) {
        reply.put("id", id)
        reply.put("currency", Wallet.currency)
        reply.put("balance", balance)
        reply.put("held", held)
        reply.put("available", available)
        reply.put("asOf", asOf)
    }

    static var sample: Wallet {
        Wallet(
            owner: "usr_01HXYZ00000000000000000000",
            balance: 120_000,
            held: 20_000,
            asOf: Instant(milliseconds: 1_772_368_496_789)
        )
    }
}
