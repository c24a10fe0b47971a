import Base
import Database
import TestSupport
import Testing

@testable import Ledger

/// The same random days on the ledger and on a model of a few lines: both must end alike.
@Suite(.serialized) final class LedgerWalkTests {
    private static let wallets = 6
    /// Beside the wallets: the account without a floor.
    private static let cash = wallets
    /// The last wallet is a credit line.
    private static let floors: [Int64?] = [0, 0, 0, 0, 0, -200, nil]

    /// What somebody would keep on paper.
    private struct Model {
        var balances = [Int64](repeating: 0, count: wallets + 1)
        var held = [Int64](repeating: 0, count: wallets + 1)
        var holds: [String: (wallet: Int, amount: Int64, expiresAt: Instant?)] = [:]
        /// What was sent from one to another, and how much of it was not undone.
        var transfers: [(id: String, from: Int, to: Int, left: Int64)] = []

        func has(_ amount: Int64, on account: Int) -> Bool {
            guard let floor = floors[account] else { return true }
            return balances[account] - held[account] - floor >= amount
        }

        mutating func move(_ amount: Int64, from: Int, to: Int) {
            balances[from] -= amount
            balances[to] += amount
        }

        mutating func free(_ hold: String) {
            guard let ended = holds.removeValue(forKey: hold) else { return }
            held[ended.wallet] -= ended.amount
        }
    }

    private let scratch: ScratchDatabase
    private let database: MariaDB
    private let accounts: [Int64]
    private var now = Instant(milliseconds: 1_772_368_496_789)
    private var model = Model()
    private var refusals: Set<String> = []
    private var random = SeededRandom(seed: 0)
    private var numbers = 0

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try scratch.apply("0004_ledger_create_accounts.sql")
        accounts = try database.transaction { [now] tx in
            try LedgerWalkTests.floors.enumerated().map { place, floor in
                let name = AccountName(owner: "usr_\(place)", kind: "wallet", unit: "INR")
                return try Ledger.open(name, floor: floor, at: now, in: tx).id
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `random days end as the model does, and every moment of them can be told`(
        seed: UInt64
    ) throws {
        random = SeededRandom(seed: seed)
        var moments: [(at: Instant, balances: [Int64], held: [Int64])] = []
        for _ in 0..<250 {
            now = now.adding(seconds: Int64.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<10, using: &random) {
            case ..<4: try sendSeveral()
            case ..<6: try hold()
            case ..<7: try endHold()
            case ..<9: try undo()
            default: try tidy()
            }
            if moments.last?.at == now { moments.removeLast() }
            moments.append((now, model.balances, model.held))
        }
        for moment in moments {
            let told = try accounts.map { try standing($0, at: moment.at) }
            #expect(told.map(\.balance) == moment.balances)
            #expect(told.map(\.held) == moment.held)
        }
        #expect(try LedgerVerification.run(database).flaws == [])
        #expect(refusals == ["send", "hold", "post", "undo", "undo more"])
    }

    /// One transaction of several transfers, each with its own verdict.
    private func sendSeveral() throws {
        let wishes = (0..<Int.random(in: 1...8, using: &random)).map { _ in
            (id: makeID("trf"), pair: pair(), amount: Int64.random(in: 1...120, using: &random))
        }
        try withBook { book, _ in
            for wish in wishes {
                let (from, to) = wish.pair
                let mayPay = self.model.has(wish.amount, on: from)
                try self.expect(mayPay, else: "send") {
                    try book.post(self.transfer(wish.id, wish.amount, from: from, to: to))
                }
                guard mayPay else { continue }
                self.model.move(wish.amount, from: from, to: to)
                self.model.transfers.append((wish.id, from, to, wish.amount))
            }
        }
    }

    private func hold() throws {
        let (id, wallet) = (makeID("hld"), Int.random(in: 0..<Self.wallets, using: &random))
        let amount = Int64.random(in: 1...150, using: &random)
        let seconds = Int64.random(in: 1...2000, using: &random)
        let expiresAt = seconds < 1000 ? now.adding(seconds: seconds) : nil
        let mayHold = model.has(amount, on: wallet)
        try withBook { book, _ in
            try self.expect(mayHold, else: "hold") {
                try book.hold(
                    NewHold(
                        id: id,
                        accountID: self.accounts[wallet],
                        amount: amount,
                        kind: "test",
                        reference: "test",
                        expiresAt: expiresAt
                    )
                )
            }
        }
        guard mayHold else { return }
        model.holds[id] = (wallet, amount, expiresAt)
        model.held[wallet] += amount
    }

    /// Posts one, whole or in part or more than that, or gives it free.
    private func endHold() throws {
        let ids = model.holds.keys.sorted()
        guard let id = ids.randomElement(using: &random), let held = model.holds[id] else { return }
        let to = (held.wallet + Int.random(in: 1...Self.wallets, using: &random)) % accounts.count
        let amount = Int64.random(in: 0...held.amount + 20, using: &random)
        let transferID = makeID("trf")
        let mayPost = amount <= held.amount
        try withBook(holding: id) { book, hold in
            guard let hold else { return }
            guard amount > 0 else { return try book.void(hold) }
            try self.expect(mayPost, else: "post") {
                let transfer = self.transfer(transferID, amount, from: held.wallet, to: to)
                try book.post(transfer, from: hold)
            }
        }
        guard mayPost else { return }
        model.free(id)
        model.move(amount, from: held.wallet, to: to)
        if amount > 0 { model.transfers.append((transferID, held.wallet, to, amount)) }
    }

    /// Undoes a part of what was sent, or more than is left of it.
    private func undo() throws {
        guard let place = model.transfers.indices.randomElement(using: &random) else { return }
        let done = model.transfers[place]
        let amount = Int64.random(in: 1...done.left + 3, using: &random)
        let isLeft = amount <= done.left
        let mayUndo = isLeft && model.has(amount, on: done.to)
        let id = makeID("trf")
        try expect(mayUndo, else: isLeft ? "undo" : "undo more") {
            try self.database.transaction { tx in
                let left = try #require(try Reversal.lockLegsLeft(of: done.id, in: tx))
                let legs = self.transfer(id, amount, from: done.to, to: done.from).legs
                var book = try self.book(tx)
                try book.post(
                    try Reversal.transfer(
                        id: id,
                        kind: "test.reversal",
                        reference: "test",
                        undoing: done.id,
                        legs: legs,
                        left: left
                    )
                )
                try book.write(in: tx)
            }
        }
        guard mayUndo else { return }
        model.transfers[place].left -= amount
        model.move(amount, from: done.to, to: done.from)
    }

    /// What jobs do: the end of holds, and a place in the chain for what is loose.
    private func tidy() throws {
        let over = model.holds.filter { ($0.value.expiresAt ?? .latest) <= now }.keys
        #expect(try Ledger.expireHolds(at: now, count: 1000, database) == over.count)
        for id in over { model.free(id) }
        _ = try LooseFolding.fold(at: now, database)
    }
}

extension LedgerWalkTests {
    private func withBook(
        holding id: String? = nil,
        _ body: (inout LedgerBook, Hold?) throws -> Void
    ) throws {
        try database.transaction { tx in
            let hold = try id.flatMap { try Ledger.lockHold($0, in: tx) }
            var book = try self.book(tx)
            try body(&book, hold)
            try book.write(in: tx)
        }
    }

    private func book(_ tx: Transaction) throws -> LedgerBook {
        try LedgerBook(
            locking: accounts.prefix(Self.wallets),
            beside: try Ledger.find([accounts[Self.cash]], tx),
            at: now,
            in: tx
        )
    }

    private func expect(_ may: Bool, else refusal: String, _ work: () throws -> Void) throws {
        do {
            try work()
            #expect(may)
        } catch is LedgerRefusal {
            #expect(!may)
            refusals.insert(refusal)
        }
    }

    private func transfer(_ id: String, _ amount: Int64, from: Int, to: Int) -> NewTransfer {
        NewTransfer(
            id: id,
            kind: "test.transfer",
            reference: "test",
            legs: [
                NewTransfer.Leg(accounts[from], -amount), NewTransfer.Leg(accounts[to], amount),
            ]
        )
    }

    private func standing(_ id: Int64, at moment: Instant) throws -> Standing {
        try database.transaction { tx in
            let account = try #require(try Ledger.find([id], tx).first)
            return try LedgerHistory.standing(of: account, at: moment, tx)
        }
    }

    private func pair() -> (from: Int, to: Int) {
        let from = Int.random(in: 0..<accounts.count, using: &random)
        let step = Int.random(in: 1..<accounts.count, using: &random)
        return (from, (from + step) % accounts.count)
    }

    private func makeID(_ prefix: String) -> String {
        numbers += 1
        let digits = String(numbers)
        return prefix + "_" + String(repeating: "0", count: 26 - digits.count) + digits
    }
}
