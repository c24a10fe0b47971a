package import Base
package import Database

/// Some accounts, locked until the transaction ends: transfers and holds on them are decided in
/// memory, one after the other, and written together.
///
/// So one request and a hundred that came together cost the same round trips, each with its own
/// verdict. Accounts with a floor are locked in ascending order, so that two books never wait for
/// each other in a circle; accounts without one are not locked at all.
package struct LedgerBook {
    private let now: Instant
    private var accounts: [Int64: Account] = [:]
    private var touched: Set<Int64> = []
    private var transfers: [(transfer: NewTransfer, at: Instant)] = []
    private var postings: [Posting] = []
    private var loose: [LoosePosting] = []
    private var holds: [Hold] = []
    private var endedHolds: [Hold] = []

    /// A posting to an account without a floor, before it has its place in the chain.
    struct LoosePosting {
        let accountID: Int64
        let transferID: String
        let amount: Int64
        let at: Instant
    }

    /// `open` are accounts without a floor: what is known of them does not change.
    package init(
        locking ids: some Sequence<Int64>,
        beside open: [Account] = [],
        at now: Instant,
        in tx: Transaction
    ) throws {
        precondition(open.allSatisfy { $0.floor == nil }, "an account with a floor is locked")
        let wanted = Set(ids)
        let locked = try LedgerStore.lock(Array(wanted), in: tx)
        precondition(locked.count == wanted.count, "every account of a book exists")
        self.init(locked + open, at: now)
    }

    init(_ accounts: [Account], at now: Instant) {
        self.now = now
        for account in accounts { self.accounts[account.id] = account }
    }

    /// As it stands with everything that this book has decided so far.
    package func account(_ id: Int64) -> Account {
        guard let account = accounts[id] else {
            preconditionFailure("account \(id) is not in this book")
        }
        return account
    }

    /// Posts all legs or none; what it returns is kept once `write` has run.
    ///
    /// The legs of an account with a floor come back as postings, with the balances they left.
    @discardableResult
    package mutating func post(_ transfer: NewTransfer) throws(LedgerRefusal) -> [Posting] {
        try checkBalanced(transfer)
        try checkRoom(for: transfer.legs)
        var made: [Posting] = []
        for leg in transfer.legs {
            if let posting = append(leg, of: transfer) { made.append(posting) }
        }
        transfers.append((transfer, now))
        return made
    }

    /// Takes an amount out of what is available, and leaves the balance.
    package mutating func hold(_ wish: NewHold) throws(LedgerRefusal) {
        precondition(wish.amount > 0, "a hold holds something")
        var account = account(wish.accountID)
        guard wish.amount <= account.spendable else {
            throw .insufficient(
                accountID: account.id,
                spendable: account.spendable,
                requested: wish.amount
            )
        }
        let (held, isOver) = account.held.addingReportingOverflow(wish.amount)
        guard !isOver else { throw .overflow }
        account.held = held
        put(account)
        holds.append(
            Hold(
                id: wish.id,
                accountID: wish.accountID,
                amount: wish.amount,
                kind: wish.kind,
                reference: wish.reference,
                status: .held,
                createdAt: now,
                expiresAt: wish.expiresAt
            )
        )
    }

    /// Gives what was held back free again.
    package mutating func void(_ hold: Hold, as status: Hold.Status = .voided)
        throws(LedgerRefusal)
    {
        var ended = hold
        ended.transferID = nil
        try end(&ended, as: status)
    }

    /// Posts a transfer out of what was held; what it leaves of the hold is free again.
    @discardableResult
    package mutating func post(
        _ transfer: NewTransfer,
        from hold: Hold
    ) throws(LedgerRefusal) -> [Posting] {
        let taken = transfer.legs.reduce(Int64(0)) {
            $1.accountID == hold.accountID ? $0 &- $1.amount : $0
        }
        guard taken > 0, taken <= hold.amount else { throw .moreThanHeld(held: hold.amount) }
        let before = self
        var ended = hold
        ended.transferID = transfer.id
        try end(&ended, as: .posted)
        do {
            return try post(transfer)
        } catch {
            // The hold was given free for the transfer: without it, it stays.
            self = before
            throw error
        }
    }

    /// Everything that was decided, in as many statements as there are tables.
    package mutating func write(in tx: Transaction) throws {
        try LedgerStore.insert(transfers: transfers, in: tx)
        try LedgerStore.insert(postings: postings, in: tx)
        try LedgerStore.insert(loose: loose, in: tx)
        try LedgerStore.insert(holds: holds, in: tx)
        for hold in endedHolds { try LedgerStore.end(hold, in: tx) }
        if !transfers.isEmpty { tx.raise(Ledger.signal, count: transfers.count) }
        try LedgerStore.update(touched.sorted().map(account), in: tx)
        transfers = []
        postings = []
        loose = []
        holds = []
        endedHolds = []
        touched = []
    }

    private mutating func end(_ hold: inout Hold, as status: Hold.Status) throws(LedgerRefusal) {
        guard hold.status == .held else { throw .holdEnded(hold.status) }
        var account = account(hold.accountID)
        account.held -= hold.amount
        precondition(account.held >= 0, "more was held than the account knows of")
        hold.status = status
        hold.endedAt = now
        put(account)
        endedHolds.append(hold)
    }

    /// What does not add up is a mistake of the caller, and not of the client.
    private func checkBalanced(_ transfer: NewTransfer) throws(LedgerRefusal) {
        precondition(transfer.legs.count >= 2, "a transfer has two legs at least")
        var sums: [String: Int64] = [:]
        for leg in transfer.legs {
            precondition(leg.amount != 0, "a leg moves something")
            let unit = account(leg.accountID).name.unit
            let sum = sums[unit, default: 0].addingReportingOverflow(leg.amount)
            // Wrapped, it could add up to nought.
            guard !sum.overflow else { throw .overflow }
            sums[unit] = sum.partialValue
        }
        precondition(sums.values.allSatisfy { $0 == 0 }, "a transfer adds up to zero")
    }

    /// Looks at all legs before the first is posted; several may be on one account.
    private func checkRoom(for legs: [NewTransfer.Leg]) throws(LedgerRefusal) {
        var changes: [Int64: Int64] = [:]
        for leg in legs {
            let sum = changes[leg.accountID, default: 0].addingReportingOverflow(leg.amount)
            guard !sum.overflow else { throw .overflow }
            changes[leg.accountID] = sum.partialValue
        }
        for (id, change) in changes.sorted(by: { $0.key < $1.key }) {
            let account = account(id)
            guard !account.balance.addingReportingOverflow(change).overflow else {
                throw .overflow
            }
            guard change != .min else { throw .overflow }
            guard change >= 0 || -change <= account.spendable else {
                throw .insufficient(
                    accountID: id,
                    spendable: account.spendable,
                    requested: -change
                )
            }
        }
    }

    private mutating func append(
        _ leg: NewTransfer.Leg,
        of transfer: NewTransfer
    ) -> Posting? {
        var account = account(leg.accountID)
        guard account.floor != nil else {
            loose.append(
                LoosePosting(
                    accountID: account.id,
                    transferID: transfer.id,
                    amount: leg.amount,
                    at: now
                )
            )
            return nil
        }
        let posting = account.append(leg.amount, of: transfer.id, at: now)
        put(account)
        postings.append(posting)
        return posting
    }

    private mutating func put(_ account: Account) {
        accounts[account.id] = account
        touched.insert(account.id)
    }
}

extension Account {
    /// The next link of the chain; the amount was checked before.
    mutating func append(_ amount: Int64, of transferID: String, at now: Instant) -> Posting {
        balance += amount
        sequence += 1
        lastAt = max(lastAt, now)
        head = PostingHash.make(
            after: head,
            account: id,
            sequence: sequence,
            transfer: transferID,
            amount: amount,
            balanceAfter: balance
        )
        return Posting(
            accountID: id,
            sequence: sequence,
            transferID: transferID,
            amount: amount,
            balanceAfter: balance,
            at: lastAt,
            hash: head
        )
    }
}
