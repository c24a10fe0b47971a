package import Base
package import Database

/// The numbers of accounts by their names: once given, a number stays, so that who knows it need
/// not look for it.
package final class AccountNumbers {
    /// Some 10 MB; more are looked up each time.
    private static let knownMax = 50_000

    private var known: [AccountName: Int64] = [:]

    package init() {}

    /// By their owners; accounts are made where there are none.
    package func open(
        for owners: Set<String>,
        kind: String,
        unit: String,
        floor: Int64?,
        at now: Instant,
        in tx: Transaction
    ) throws -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        for owner in owners {
            numbers[owner] = known[AccountName(owner: owner, kind: kind, unit: unit)]
        }
        let strangers = owners.filter { numbers[$0] == nil }
        guard !strangers.isEmpty else { return numbers }
        let found = try Ledger.open(
            for: strangers,
            kind: kind,
            unit: unit,
            floor: floor,
            at: now,
            in: tx
        )
        numbers.merge(found.mapValues(\.id)) { $1 }
        // One that was made here is there once it is kept.
        tx.afterCommit { [self] in
            guard known.count + found.count <= Self.knownMax else { return }
            for account in found.values { known[account.name] = account.id }
        }
        return numbers
    }
}
