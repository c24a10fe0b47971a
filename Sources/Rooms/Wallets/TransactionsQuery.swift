import Base
import Database
import HTTP
import Ledger

/// Which entries of a wallet a list is asked for.
struct TransactionsQuery: Input {
    var paging: Paging
    let sorting: Sorting
    var type: String?
    var from: Instant?
    var to: Instant?

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
        sorting = .read(
            &fields,
            allowed: ["createdAt"],
            default: Sorting(field: "createdAt", isDescending: true)
        )
        type = fields.optionalText("type", 1...40)
        from = fields.optionalInstant("from")
        to = fields.optionalInstant("to")
    }

    /// As a page asks: its days are the reader's own.
    init(paging: Paging, sorting: Sorting) {
        self.paging = paging
        self.sorting = sorting
    }

    func page(of owner: String, _ queries: some Queries) throws -> ListReply<WalletEntry> {
        // Asked for even without a wallet: a cursor that is none is refused.
        let beyond = try paging.cursor?.integer(0)
        guard let account = try Wallet.account(of: owner, queries) else {
            return ListReply(items: [], paging: paging, total: 0, next: nil)
        }
        let all = try LedgerHistory.sequences(of: account, from: from, to: to, queries)
        let found = try LedgerHistory.entries(
            of: account.id,
            in: all.beyond(beyond, sorting.isDescending),
            kind: type,
            isDescending: sorting.isDescending,
            // One more than the page holds tells whether there is another.
            limit: paging.limit + 1,
            offset: paging.offset,
            queries
        )
        let shown = found.prefix(Int(paging.limit))
        return ListReply(
            items: try WalletEntry.of(account, Array(shown), queries),
            paging: paging,
            total: try LedgerHistory.countEntries(
                of: account.id,
                in: all,
                kind: type,
                countMax: Paging.totalMax + 1,
                queries
            ),
            next: found.count > shown.count
                ? shown.last.map { Cursor(keys: [.integer($0.sequence)]) } : nil
        )
    }
}

extension Wallet {
    static func account(of owner: String, _ queries: some Queries) throws -> Account? {
        try Ledger.find(name(of: owner), queries)
    }

    static func entry(
        _ transferID: String,
        on account: Account,
        _ queries: some Queries
    ) throws -> WalletEntry? {
        let entry = try LedgerHistory.entry(of: transferID, on: account.id, queries)
        return try WalletEntry.of(account, entry.map { [$0] } ?? [], queries).first
    }
}
