package import Base
package import Database

/// The door of this module: accounts are opened and looked at here; what is on them is changed by a
/// `LedgerBook`, and by nothing else.
package enum Ledger {
    /// Raised with the number of transfers that a transaction posts.
    package static let signal = "ledger"

    /// The account of this name, made now if it did not exist; its floor is what it was made with.
    package static func open(
        _ name: AccountName,
        floor: Int64?,
        at now: Instant,
        in tx: Transaction
    ) throws -> Account {
        if let known = try LedgerStore.find(name, tx) { return known }
        try LedgerStore.insert(name, floor: floor, at: now, in: tx)
        guard let made = try LedgerStore.lock(name, in: tx) else {
            throw Fault("an account was opened and is not there")
        }
        return made
    }

    /// An account of one kind for each owner, made now where there was none.
    package static func open(
        for owners: some Collection<String>,
        kind: String,
        unit: String,
        floor: Int64?,
        at now: Instant,
        in tx: Transaction
    ) throws -> [String: Account] {
        var accounts = try LedgerStore.find(owners: Array(owners), kind: kind, unit: unit, tx)
        // In one order everywhere: whoever makes one holds it until the transaction ends.
        for owner in Set(owners).sorted() where accounts[owner] == nil {
            let name = AccountName(owner: owner, kind: kind, unit: unit)
            accounts[owner] = try open(name, floor: floor, at: now, in: tx)
        }
        return accounts
    }

    package static func find(_ name: AccountName, _ queries: some Queries) throws -> Account? {
        try LedgerStore.find(name, queries)
    }

    package static func find(_ ids: [Int64], _ queries: some Queries) throws -> [Account] {
        try LedgerStore.find(ids, queries)
    }

    package static func findHold(_ id: String, _ queries: some Queries) throws -> Hold? {
        try LedgerStore.findHold(id, queries)
    }

    /// The units in which all accounts do not add up to nought, loose postings included, with
    /// what they add up to: none, or something is broken.
    package static func imbalances(_ queries: some Queries) throws -> [(unit: String, sum: Int64)] {
        try LedgerStore.imbalances(queries)
    }

    /// Locked before the accounts of its book, so that it ends once.
    package static func lockHold(_ id: String, in tx: Transaction) throws -> Hold? {
        try LedgerStore.lockHold(id, in: tx)
    }

    /// Whether the time of any hold is over.
    package static func hasExpiredHolds(at now: Instant, _ queries: some Queries) throws -> Bool {
        try !LedgerStore.findExpiredHolds(at: now, count: 1, queries).isEmpty
    }

    /// Gives up to `count` holds free whose time is over; returns how many.
    ///
    /// A job's: in the meantime they hold.
    package static func expireHolds(
        at now: Instant,
        count: Int,
        _ database: MariaDB
    ) throws -> Int {
        try LedgerStore.findExpiredHolds(at: now, count: count, database).reduce(0) { sum, found in
            try database.transaction { tx in
                guard let hold = try LedgerStore.lockHold(found.id, in: tx), hold.status == .held
                else { return sum }
                var book = try LedgerBook(locking: [hold.accountID], at: now, in: tx)
                try book.void(hold, as: .expired)
                try book.write(in: tx)
                return sum + 1
            }
        }
    }
}
