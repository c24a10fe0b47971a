import Base
import Crypto
import Database
import HTTP
import House
import Ledger
import Outbox

/// Where this room's pages are.
enum AccountPath {
    static let ledger = "/admin/ledger"
    static let verify = "/admin/ledger/verify"

    static func account(_ id: Int64) -> String { "\(ledger)/\(id)" }
    static func verify(_ id: Int64) -> String { "\(account(id))/verify" }
    static func transfer(_ id: String) -> String { "\(ledger)/transfers/\(id)" }

    /// The page of what has this id, by the rule that lists lead to `<list>/<id>`.
    static func page(of id: String) -> String? {
        let lists = ["usr": "wallets", "ctr": "contracts", "shp": "shipments"]
        let prefix = String(id.prefix { $0 != "_" })
        guard let list = lists[prefix], Identifier.isWellFormed(id, prefix: prefix) else {
            return nil
        }
        return "\(Route.pageRoot)/\(list)/\(id)"
    }
}

/// How values of this room are shown.
enum AccountWords {
    private static let hashDigitsShown = 12
    private static let currencies: Set<String> = ["INR", "USD", "EUR", "GBP"]

    static func amount(_ amount: Int64, unit: String) -> Value {
        currencies.contains(unit) ? .money(amount, currency: unit) : .number(amount)
    }

    /// In a file every amount is in the smallest piece of its unit.
    static func amount(_ amount: Int64, unit: String, isFile: Bool) -> Value {
        isFile ? .number(amount) : Self.amount(amount, unit: unit)
    }

    static func hash(_ hash: [UInt8]) -> Value {
        .text(String(Hex.encode(hash).prefix(hashDigitsShown)))
    }

    static func title(_ account: Account) -> String {
        "Account \(account.id)"
    }

    static func reference(_ id: String) -> Value {
        .id(id, to: AccountPath.page(of: id))
    }
}

/// What tells that accounts have changed; loose postings are given their places without a word.
enum AccountNews {
    private static let seconds = 5

    static func ofAll(for caller: Principal) -> News {
        caller.may(.readAllEvents)
            ? News(all: [.contracts, .wallets], seconds: seconds)
            : News(Topic(.contracts), seconds: seconds)
    }

    static func of(_ account: Account, for caller: Principal) -> News {
        let owner = account.name.owner
        if Identifier.isWellFormed(owner, prefix: "ctr") {
            return News(Topic(.contracts, owner), seconds: seconds)
        }
        guard Identifier.isWellFormed(owner, prefix: "usr") else { return ofAll(for: caller) }
        return owner == caller.id || caller.may(.readAllEvents)
            ? News(Topic(.wallets, owner), seconds: seconds) : .clock(seconds: seconds)
    }

    static var ofTransfer: News { .clock(seconds: seconds) }
}

/// The names of those owners who are people.
struct Owners {
    private let byID: [String: Acquaintance]

    init(of accounts: [Account], _ call: Call) throws {
        let found = try call.worker.people.find(
            ids: Set(accounts.map(\.name.owner)).sorted(),
            emails: [],
            call.worker.database
        )
        byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
    }

    func value(_ account: Account) -> Value {
        let id = account.name.owner
        let path = AccountPath.page(of: id)
        guard let person = byID[id] else { return .id(id, to: path) }
        return path.map { .link(person.name, to: $0) } ?? .text(person.name)
    }
}
