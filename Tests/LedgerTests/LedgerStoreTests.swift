import Base
import Database
import TestSupport
import Testing

@testable import Ledger

/// What is written is what is read, and whoever changes it behind the back of the ledger is found.
@Suite(.serialized) final class LedgerStoreTests {
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private var now = Instant(milliseconds: 1_772_368_496_789)
    private var numbers = 0

    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try scratch.apply("0004_ledger_create_accounts.sql")
    }

    private func makeID(_ prefix: String) -> String {
        numbers += 1
        let digits = String(numbers)
        return prefix + "_" + String(repeating: "0", count: 26 - digits.count) + digits
    }

    private func open(_ owner: String, floor: Int64? = 0, unit: String = "INR") throws -> Int64 {
        try database.transaction { tx in
            let name = AccountName(owner: owner, kind: "wallet", unit: unit)
            return try Ledger.open(name, floor: floor, at: self.now, in: tx).id
        }
    }

    @discardableResult
    private func post(_ legs: (Int64, Int64)..., open: [Int64] = []) throws -> String {
        let transfer = NewTransfer(
            id: makeID("trf"),
            kind: "test.transfer",
            reference: "test",
            legs: legs.map { NewTransfer.Leg($0.0, $0.1) }
        )
        try database.transaction { tx in
            var book = try LedgerBook(
                locking: legs.map(\.0).filter { !open.contains($0) },
                beside: try Ledger.find(open, tx),
                at: self.now,
                in: tx
            )
            try book.post(transfer)
            try book.write(in: tx)
        }
        return transfer.id
    }

    private func balance(_ id: Int64, at moment: Instant? = nil) throws -> Standing {
        try database.transaction { tx in
            let account = try #require(try Ledger.find([id], tx).first)
            return try LedgerHistory.standing(of: account, at: moment ?? self.now, tx)
        }
    }

    private func flaws() throws -> [String] {
        try LedgerVerification.run(database).flaws
    }

    @Test func `an account of one name is opened once`() throws {
        #expect(try open("usr_1") == open("usr_1"))
        #expect(try open("usr_1") != open("usr_1", unit: "WH"))
        #expect(try open("usr_1") != open("usr_2"))
    }

    @Test func `what was posted is read again, newest first`() throws {
        let (cash, wallet) = (try open("platform", floor: nil), try open("usr_1"))
        try post((cash, -100), (wallet, 100), open: [cash])
        try post((wallet, -30), (cash, 30), open: [cash])
        let entries = try LedgerHistory.entries(
            of: wallet,
            in: 1..<3,
            limit: 10,
            database
        )
        #expect(entries.map(\.amount) == [-30, 100])
        #expect(entries.map(\.balanceAfter) == [70, 100])
        #expect(try balance(cash).balance == -70)
        #expect(try flaws() == [])
    }

    @Test func `a refused transfer leaves nothing`() throws {
        let (one, two) = (try open("usr_1"), try open("usr_2"))
        #expect(throws: LedgerRefusal.self) { try self.post((one, -1), (two, 1)) }
        let verification = try LedgerVerification.run(database)
        #expect(verification.postings == 0)
        #expect(verification.accounts == 2)
    }

    @Test(arguments: ["ledger_postings", "ledger_transfers"], ["UPDATE", "DELETE"])
    func `what was posted cannot be changed`(table: String, verb: String) throws {
        let (cash, wallet) = (try open("platform", floor: nil), try open("usr_1"))
        try post((cash, -100), (wallet, 100), open: [cash])
        let sql = verb == "UPDATE" ? "UPDATE \(table) SET at = at" : "DELETE FROM \(table)"
        #expect(throws: (any Error).self) { try self.database.runScript(sql) }
        #expect(try flaws() == [])
    }

    @Test(
        arguments: [
            "UPDATE ledger_postings SET amount = amount + 1 WHERE sequence = 2",
            "UPDATE ledger_postings SET balance_after = 1 WHERE sequence = 2",
            "UPDATE ledger_postings SET transfer_id = REVERSE(transfer_id) WHERE sequence = 2",
            "UPDATE ledger_postings SET hash = REVERSE(hash) WHERE sequence = 2",
            "DELETE FROM ledger_postings WHERE sequence = 2",
        ]
    )
    func `the first posting that does not fit is named`(tampering: String) throws {
        let (one, two) = (try open("usr_1", floor: -1000), try open("usr_2", floor: -1000))
        for amount in 1...4 as ClosedRange<Int64> { try post((one, -amount), (two, amount)) }
        try database.runScript("DROP TRIGGER ledger_postings_no_update")
        try database.runScript("DROP TRIGGER ledger_postings_no_delete")
        try database.runScript("\(tampering) AND account_id = \(two)")
        let found = try flaws()
        let place = tampering.hasPrefix("DELETE") ? 3 : 2
        #expect(
            found == [
                "posting \(place) of account \(two) does not follow from the one before it"
            ]
        )
    }

    @Test func `an account that was changed beside its postings is named`() throws {
        let (one, two) = (try open("usr_1", floor: -1000), try open("usr_2"))
        try post((one, -5), (two, 5))
        try database.runScript("UPDATE ledger_accounts SET balance = 6 WHERE id = \(two)")
        #expect(try flaws() == ["account \(two) does not stand where its postings lead"])
        try database.runScript("UPDATE ledger_accounts SET balance = 5, held = 1 WHERE id = \(two)")
        #expect(try flaws() == ["account \(two) holds 1, its holds 0"])
    }

    @Test func `a transfer that lost a leg is named`() throws {
        let (cash, wallet) = (try open("platform", floor: nil), try open("usr_1"))
        try post((cash, -100), (wallet, 100), open: [cash])
        let broken = try post((cash, -7), (wallet, 7), open: [cash])
        try database.runScript("DELETE FROM ledger_loose_postings WHERE amount = -7")
        #expect(try flaws() == ["transfer \(broken) does not add up to zero in INR"])
    }

    @Test func `a posting whose transfer is gone is named, and a transfer without postings`() throws
    {
        let (one, two) = (try open("usr_1", floor: -1000), try open("usr_2"))
        for amount in 1...3 as ClosedRange<Int64> { try post((one, -amount), (two, amount)) }
        try database.runScript("DROP TRIGGER ledger_transfers_no_delete")
        try database.runScript("DROP TRIGGER ledger_transfers_no_update")
        let number = "LIKE '%0000000002'"
        try database.runScript("UPDATE ledger_transfers SET id = 'trf_x' WHERE id \(number)")
        let found = try flaws()
        #expect(
            Set(found) == [
                "posting 2 of account \(one) is of no transfer", "transfer trf_x has no postings",
            ]
                || Set(found) == [
                    "posting 2 of account \(two) is of no transfer",
                    "transfer trf_x has no postings",
                ]
        )
    }

    @Test(arguments: [0, 1, 2])
    func `postings of an account that is gone are named`(place: Int) throws {
        let ids = try (0..<3).map { try open("usr_\($0)", floor: -1000) }
        for amount in 1...3 as ClosedRange<Int64> {
            try post((ids[0], -2 * amount), (ids[1], amount), (ids[2], amount))
        }
        try database.runScript("DELETE FROM ledger_accounts WHERE id = \(ids[place])")
        let found = try flaws()
        #expect(found == ["posting 1 is of account \(ids[place]), which is gone"])
    }

    @Test func `of several broken chains each is named, and the rest is read on`() throws {
        let ids = try (0..<4).map { try open("usr_\($0)", floor: -1000) }
        for amount in 1...3 as ClosedRange<Int64> {
            try post((ids[0], -amount), (ids[1], amount))
            try post((ids[2], -amount), (ids[3], amount))
        }
        try database.runScript("DROP TRIGGER ledger_postings_no_update")
        for id in [ids[0], ids[2]] {
            try database.runScript(
                "UPDATE ledger_postings SET amount = 7 WHERE sequence = 2 AND account_id = \(id)"
            )
        }
        try database.runScript("UPDATE ledger_accounts SET held = 1 WHERE id = \(ids[3])")
        let verification = try LedgerVerification.run(database)
        #expect(
            verification.flaws == [
                "posting 2 of account \(ids[0]) does not follow from the one before it",
                "posting 2 of account \(ids[2]) does not follow from the one before it",
                "account \(ids[3]) holds 1, its holds 0",
            ]
        )
        #expect(verification.accounts == 4)
    }

    @Test func `a long chain is not read for another posting`() throws {
        let (one, two) = (try open("usr_1", floor: -1_000_000), try open("usr_2"))
        func rowsReadByPosting() throws -> Int64 {
            let before = try rowsRead()
            try post((one, -1), (two, 1))
            return try rowsRead() - before
        }
        try post((one, -1), (two, 1))
        let atFirst = try rowsReadByPosting()
        for _ in 0..<300 { try post((one, -2), (two, 2)) }
        #expect(try rowsReadByPosting() == atFirst)
        #expect(try balance(two).balance == 603)
    }

    private func rowsRead() throws -> Int64 {
        try #require(
            try database.row(
                """
                SELECT CAST(SUM(variable_value) AS SIGNED) FROM information_schema.session_status
                WHERE variable_name LIKE 'HANDLER_READ%'
                """
            ) { try $0.int64() }
        )
    }

    @Test func `loose postings find their places, and no balance moves`() throws {
        let (cash, wallet) = (try open("platform", floor: nil), try open("usr_1"))
        for amount in 1...5 as ClosedRange<Int64> {
            try post((cash, -amount), (wallet, amount), open: [cash])
            now = now.adding(seconds: 1)
        }
        #expect(try LooseFolding.fold(at: now, database) == 0)
        let before = try balance(cash)
        now = now.adding(seconds: LooseFolding.ageSecondsMin)
        #expect(try LooseFolding.fold(at: now, database) == 5)
        #expect(try LooseFolding.fold(at: now, database) == 0)
        #expect(try balance(cash) == before)
        let account = try #require(try Ledger.find([cash], database).first)
        #expect(account.sequence == 5)
        #expect(account.balance == -15)
        #expect(try flaws() == [])
    }

    @Test func `a hold that expired gives back what it held`() throws {
        let (cash, wallet) = (try open("platform", floor: nil), try open("usr_1"))
        try post((cash, -100), (wallet, 100), open: [cash])
        let hold = NewHold(
            id: makeID("hld"),
            accountID: wallet,
            amount: 60,
            kind: "withdrawal",
            reference: "wdr_1",
            expiresAt: now.adding(seconds: 60)
        )
        try database.transaction { tx in
            var book = try LedgerBook(locking: [wallet], at: self.now, in: tx)
            try book.hold(hold)
            try book.write(in: tx)
        }
        let held = now
        #expect(try balance(wallet).available == 40)
        now = now.adding(seconds: 59)
        #expect(try Ledger.expireHolds(at: now, count: 10, database) == 0)
        now = now.adding(seconds: 1)
        #expect(try Ledger.expireHolds(at: now, count: 10, database) == 1)
        #expect(try Ledger.expireHolds(at: now, count: 10, database) == 0)
        #expect(try balance(wallet) == Standing(balance: 100, held: 0))
        #expect(try balance(wallet, at: held) == Standing(balance: 100, held: 60))
        #expect(try flaws() == [])
    }

    @Test func `a transfer is undone whole or in parts, and never twice`() throws {
        let (cash, wallet) = (try open("platform", floor: nil), try open("usr_1"))
        let original = try post((cash, -100), (wallet, 100), open: [cash])
        try reverse(original, (wallet, -30), (cash, 30), open: cash)
        try reverse(original, (wallet, -70), (cash, 70), open: cash)
        #expect(throws: LedgerRefusal.reversedAlready(accountID: wallet, left: 0)) {
            try self.reverse(original, (wallet, -1), (cash, 1), open: cash)
        }
        #expect(try balance(wallet).balance == 0)
        #expect(try flaws() == [])
    }

    private func reverse(
        _ original: String,
        _ legs: (Int64, Int64)...,
        open: Int64
    ) throws {
        try database.transaction { tx in
            let left = try #require(try Reversal.lockLegsLeft(of: original, in: tx))
            let transfer = try Reversal.transfer(
                id: self.makeID("trf"),
                kind: "test.reversal",
                reference: "test",
                undoing: original,
                legs: legs.map { NewTransfer.Leg($0.0, $0.1) },
                left: left
            )
            var book = try LedgerBook(
                locking: legs.map(\.0).filter { $0 != open },
                beside: try Ledger.find([open], tx),
                at: self.now,
                in: tx
            )
            try book.post(transfer)
            try book.write(in: tx)
        }
    }
}

/// The same numbers each time: a failure can be looked at again.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
