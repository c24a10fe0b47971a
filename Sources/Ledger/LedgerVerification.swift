import Base
package import Database

/// Recomputes everything that the ledger promises, and names what does not fit.
package struct LedgerVerification: Sendable {
    private static let accountsAtOnce: Int64 = 1000
    package static let flawsMax = 20

    package private(set) var accounts = 0
    package private(set) var postings = 0
    /// False when it stopped at its bound, with nothing wrong so far.
    package private(set) var isWhole = true
    /// Sentences; the first of an account, since all that follows it does not fit either.
    package private(set) var flaws: [String] = []
    private var units: [String: UnitSum] = [:]
    private let postingsMax: Int

    /// What all accounts of a unit add up to.
    private struct UnitSum {
        var balance: Int64 = 0
        /// Each amount times a number that only its transfer has: nought, unless some transfer
        /// does not add up to nought; it saves a pass over all postings by transfer.
        var weighted: UInt64 = 0
    }

    package var isSound: Bool { flaws.isEmpty }

    private init(postingsMax: Int) {
        self.postingsMax = postingsMax
    }

    /// Of one moment, whatever is posted meanwhile; `goOn` is called all along, and may throw to
    /// end it.
    package static func run(
        _ database: MariaDB,
        goOn: () throws -> Void = {}
    ) throws -> LedgerVerification {
        try database.transaction { tx in try run(in: tx, goOn: goOn) }
    }

    /// Everything, or as much of it as a bound allows.
    package static func run(
        postingsMax: Int = .max,
        in tx: Transaction,
        goOn: () throws -> Void = {}
    ) throws -> LedgerVerification {
        var verification = LedgerVerification(postingsMax: postingsMax)
        var last: Int64 = 0
        while verification.flaws.count < flawsMax, verification.isWhole {
            let accounts = try VerificationStore.accounts(after: last, accountsAtOnce, tx)
            let isEnd = accounts.count < accountsAtOnce
            // Behind the last account, too, there must be nothing.
            let ids = last + 1...(isEnd ? .max : accounts.last?.id ?? .max)
            try verification.check(accounts, ids, tx, goOn)
            guard !isEnd else { break }
            last = ids.upperBound
        }
        if verification.isWhole { try verification.checkTransfers(tx) }
        return verification
    }

    /// One account by itself: its chain, its balance and what is held on it.
    package static func run(
        on account: Account,
        postingsMax: Int = .max,
        in tx: Transaction
    ) throws -> LedgerVerification {
        var verification = LedgerVerification(postingsMax: postingsMax)
        // As it stands at the moment at which its postings are read.
        let accounts = try VerificationStore.accounts(after: account.id - 1, 1, tx)
        try verification.check(accounts, account.id...account.id, tx) {}
        return verification
    }

    /// Everything of the accounts whose ids are in a range: neighbours share each statement, since
    /// most have few postings.
    private mutating func check(
        _ accounts: [Account],
        _ ids: ClosedRange<Int64>,
        _ tx: Transaction,
        _ goOn: () throws -> Void
    ) throws {
        var chains = ChainsReader(ids)
        let loose = try VerificationStore.loosePostings(ids, tx)
        let held = try VerificationStore.held(ids, tx)
        for account in accounts {
            self.accounts += 1
            let walked = try walk(account, &chains, tx, goOn)
            guard isWhole else { return }
            for posting in loose[account.id] ?? [] {
                postings += 1
                add(posting.amount, of: posting.transferID, unit: account.name.unit)
            }
            if let walked { checkStanding(account, walked, held: held[account.id] ?? 0) }
        }
        if let posting = try chains.next(upTo: .max, tx, goOn) { nameHomeless(posting) }
    }

    /// Where the chain of an account leads; nothing when a posting does not fit.
    private mutating func walk(
        _ account: Account,
        _ chains: inout ChainsReader,
        _ tx: Transaction,
        _ goOn: () throws -> Void
    ) throws -> Account? {
        var walked = account
        walked.balance = 0
        walked.sequence = 0
        walked.head = PostingHash.start
        walked.lastAt = .earliest
        while let posting = try chains.next(upTo: account.id, tx, goOn) {
            guard posting.accountID == account.id else {
                nameHomeless(posting)
                chains.skip(posting.accountID)
                continue
            }
            guard postings < postingsMax else {
                isWhole = false
                return nil
            }
            guard fits(posting, after: &walked) else {
                flaws.append(
                    "posting \(posting.sequence) of account \(account.id) does not follow "
                        + "from the one before it"
                )
                chains.skip(account.id)
                return nil
            }
            add(posting.amount, of: posting.transferID, unit: account.name.unit)
        }
        return walked
    }

    private mutating func nameHomeless(_ posting: Posting) {
        flaws.append(
            "posting \(posting.sequence) is of account \(posting.accountID), which is gone"
        )
    }

    private mutating func fits(_ posting: Posting, after walked: inout Account) -> Bool {
        postings += 1
        guard posting.sequence == walked.sequence + 1, posting.at >= walked.lastAt,
            !walked.balance.addingReportingOverflow(posting.amount).overflow
        else { return false }
        let made = walked.append(posting.amount, of: posting.transferID, at: posting.at)
        return made == posting
    }

    private mutating func checkStanding(_ account: Account, _ walked: Account, held: Int64) {
        if account.sequence != walked.sequence || account.head != walked.head
            || account.balance != walked.balance
        {
            flaws.append("account \(account.id) does not stand where its postings lead")
        }
        if held != account.held {
            flaws.append("account \(account.id) holds \(account.held), its holds \(held)")
        }
        if let floor = account.floor, account.available < floor {
            flaws.append("account \(account.id) has less available than its floor")
        }
    }

    private mutating func add(_ amount: Int64, of transferID: String, unit: String) {
        var hasher = Hasher()
        hasher.combine(transferID)
        let weight = UInt64(bitPattern: Int64(hasher.finalize())) | 1
        units[unit, default: UnitSum()].weighted &+= UInt64(bitPattern: amount) &* weight
        units[unit, default: UnitSum()].balance &+= amount
    }

    private mutating func checkTransfers(_ tx: Transaction) throws {
        guard flaws.isEmpty else { return }
        if let orphan = try VerificationStore.findPostingWithoutTransfer(tx) {
            flaws.append(
                "posting \(orphan.sequence) of account \(orphan.accountID) is of no transfer"
            )
        }
        if let empty = try VerificationStore.findTransferWithoutPostings(tx) {
            flaws.append("transfer \(empty) has no postings")
        }
        for (unit, sum) in units.sorted(by: { $0.key < $1.key })
        where sum.balance != 0 || sum.weighted != 0 {
            let transfer = try VerificationStore.findUnbalanced(unit: unit, tx)
            flaws.append(
                transfer.map { "transfer \($0) does not add up to zero in \(unit)" }
                    ?? "the accounts in \(unit) add up to \(sum.balance)"
            )
        }
    }
}
