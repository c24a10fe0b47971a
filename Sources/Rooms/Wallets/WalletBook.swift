import Base
import Database
import House
import Ledger
import Outbox

/// Wallets that are locked together until the transaction ends: the one place where money is moved
/// between them, and where that is told.
struct WalletBook {
    static let transferKind = "wallet.transfer"
    static let creditKind = "wallet.credit"

    private let now: Instant
    private let numbers: [String: Int64]
    private let cash: Account?
    private var book: LedgerBook
    private var told: [NewEvent] = []

    /// What is moved, and what that is called on both sides.
    struct Move {
        let id: String
        let amount: Int64
        let kind: String
        /// What the ledger keeps of who caused it.
        let reference: String
        let note: String?
        var idempotencyKey: String?
    }

    /// Makes the wallets that are not there yet; `usesCash` when the platform's own money moves.
    init(
        locking owners: Set<String>,
        usesCash: Bool = false,
        by known: AccountNumbers = AccountNumbers(),
        at now: Instant,
        in tx: Transaction
    ) throws {
        self.now = now
        numbers = try known.open(
            for: owners,
            kind: Wallet.kind,
            unit: Wallet.currency,
            floor: 0,
            at: now,
            in: tx
        )
        cash = usesCash ? try Ledger.open(Wallet.cash, floor: nil, at: now, in: tx) : nil
        book = try LedgerBook(
            locking: numbers.values,
            beside: cash.map { [$0] } ?? [],
            at: now,
            in: tx
        )
    }

    func wallet(of owner: String) -> Wallet {
        Wallet(book.account(number(of: owner)), at: now)
    }

    /// Moves money from one person to another, or tells that it is not there.
    mutating func transfer(
        _ move: Move,
        from payer: String,
        to payee: String,
        _ call: Call
    ) throws(LedgerRefusal) {
        try pass(move, from: payer, to: payee)
        tell("wallet.debited", of: payer, move, -move.amount, reference: payee, call)
        tell("wallet.credited", of: payee, move, move.amount, reference: payer, call)
    }

    /// Gives somebody money of the platform's.
    mutating func credit(_ move: Move, to payee: String, _ call: Call) throws(LedgerRefusal) {
        try give(move, to: payee)
        tell("wallet.credited", of: payee, move, move.amount, reference: move.reference, call)
    }

    /// A transfer of which nobody is told.
    mutating func pass(
        _ move: Move,
        from payer: String,
        to payee: String
    ) throws(LedgerRefusal) {
        try post(move, from: number(of: payer), to: number(of: payee))
    }

    /// A credit of which nobody is told.
    mutating func give(_ move: Move, to payee: String) throws(LedgerRefusal) {
        guard let cash else { preconditionFailure("a credit needs the platform's cash") }
        try post(move, from: cash.id, to: number(of: payee))
    }

    /// Without a call, what nobody was told of.
    mutating func write(_ call: Call? = nil, in tx: Transaction) throws {
        try book.write(in: tx)
        guard let call else { return }
        try Outbox.append(told, from: call.worker.settings.source, at: now, in: tx)
        told = []
    }

    private func number(of owner: String) -> Int64 {
        guard let number = numbers[owner] else {
            preconditionFailure("the wallet of \(owner) is not in this book")
        }
        return number
    }

    private mutating func post(
        _ move: Move,
        from payer: Int64,
        to payee: Int64
    ) throws(LedgerRefusal) {
        var transfer = NewTransfer(
            id: move.id,
            kind: move.kind,
            reference: move.reference,
            legs: [
                NewTransfer.Leg(payer, -move.amount), NewTransfer.Leg(payee, move.amount),
            ]
        )
        transfer.note = move.note
        transfer.idempotencyKey = move.idempotencyKey
        try book.post(transfer)
    }

    private mutating func tell(
        _ type: String,
        of owner: String,
        _ move: Move,
        _ amount: Int64,
        reference: String,
        _ call: Call
    ) {
        let wallet = wallet(of: owner)
        let entry = WalletEntry(
            id: move.id,
            type: move.kind,
            amount: amount,
            balanceAfter: wallet.balance,
            reference: reference,
            description: move.note,
            createdAt: now
        )
        told.append(WalletEvents.entry(type, entry, wallet, call))
    }
}
