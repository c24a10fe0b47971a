import Base
import Database
import TestSupport
import Testing

@testable import Ledger

/// What whoever looks through the ledger is shown.
@Suite(.serialized) final class LedgerLookTests {
    private static let start = Instant(milliseconds: 1_772_368_496_789)
    private let scratch: ScratchDatabase
    private let database: MariaDB
    private var cash: Int64 = 0
    private var wallet: Int64 = 0

    /// Ten credits of one wallet, a minute apart, the last two at one moment.
    init() throws {
        scratch = try ScratchDatabase()
        database = scratch.database
        try scratch.apply("0004_ledger_create_accounts.sql")
        let accounts = try database.transaction { tx in
            try Ledger.open(
                for: ["usr_1", "usr_2", "usr_3"],
                kind: "wallet",
                unit: "INR",
                floor: 0,
                at: Self.start,
                in: tx
            )
        }
        wallet = try #require(accounts["usr_1"]).id
        let open = try database.transaction { tx in
            let name = AccountName(owner: "platform", kind: "cash", unit: "INR")
            return try Ledger.open(name, floor: nil, at: Self.start, in: tx)
        }
        cash = open.id
        for number in 1...10 {
            try database.transaction { tx in
                let at = Self.start.adding(seconds: 60 * Int64(min(number, 9)))
                var book = try LedgerBook(locking: [self.wallet], beside: [open], at: at, in: tx)
                try book.post(
                    NewTransfer(
                        id: Self.transferID(number),
                        kind: number % 2 == 0 ? "test.even" : "test.odd",
                        reference: "test",
                        legs: [
                            NewTransfer.Leg(self.cash, -Int64(number)),
                            NewTransfer.Leg(self.wallet, Int64(number)),
                        ]
                    )
                )
                try book.write(in: tx)
            }
        }
    }

    private static func transferID(_ number: Int) -> String {
        let digits = String(number)
        return "trf_" + String(repeating: "0", count: 26 - digits.count) + digits
    }

    private func account(_ id: Int64) throws -> Account {
        try #require(try Ledger.find([id], database).first)
    }

    @Test(
        arguments: [
            (nil, nil, 1..<11), (1, nil, 1..<11), (2, nil, 2..<11), (nil, 2, 1..<2),
            (3, 5, 3..<5), (9, nil, 9..<11), (nil, 9, 1..<9), (10, nil, 11..<11),
            (nil, 0, 1..<1), (5, 3, 5..<5),
        ] as [(Int64?, Int64?, Range<Int64>)]
    )
    func `a time is a range of the chain`(
        from: Int64?,
        to: Int64?,
        expected: Range<Int64>
    ) throws {
        func moment(_ minutes: Int64) -> Instant { Self.start.adding(seconds: 60 * minutes) }
        let found = try LedgerHistory.sequences(
            of: try account(wallet),
            from: from.map(moment),
            to: to.map(moment),
            database
        )
        #expect(found == expected)
    }

    @Test func `a moment in a long chain is found by few questions`() throws {
        let owner = AccountName(owner: "usr_2", kind: "wallet", unit: "INR")
        let id = try #require(try LedgerStore.find(owner, database)).id
        try database.execute(
            """
            INSERT INTO ledger_postings
                (account_id, sequence, transfer_id, amount, balance_after, at, hash)
            SELECT ?, seq, CONCAT('trf_', LPAD(seq, 26, '0')), 1, seq,
                CAST(? AS DATETIME(3)) + INTERVAL seq SECOND, REPEAT('x', 32)
            FROM seq_1_to_5000
            """,
            id,
            Self.start
        )
        try database.execute("UPDATE ledger_accounts SET sequence = 5000 WHERE id = ?", id)
        let account = try account(id)
        for count in [0, 1, 2, 293, 294, 295, 2_500, 4_999, 5_000] as [Int64] {
            _ = database.takeStatistics()
            let end = Self.start.adding(seconds: count + 1)
            let found = try LedgerHistory.sequences(of: account, from: nil, to: end, database)
            #expect(found == 1..<count + 1)
            #expect(database.statistics.statements <= 4)
        }
    }

    @Test func `entries come in either direction, of one kind or of all`() throws {
        func entries(_ range: Range<Int64>, _ kind: String?, _ isDescending: Bool) throws -> [Int64]
        {
            try LedgerHistory.entries(
                of: wallet,
                in: range,
                kind: kind,
                isDescending: isDescending,
                limit: 3,
                database
            ).map(\.sequence)
        }
        #expect(try entries(1..<11, nil, true) == [10, 9, 8])
        #expect(try entries(4..<6, nil, false) == [4, 5])
        #expect(try entries(1..<11, "test.even", false) == [2, 4, 6])
        #expect(try entries(1..<11, "é", true) == [])
        for (kind, count) in [(nil, 10), ("test.odd", 5), ("none", 0)] {
            let found = try LedgerHistory.countEntries(
                of: wallet,
                in: 1..<11,
                kind: kind,
                countMax: 100,
                database
            )
            #expect(found == count)
        }
    }

    @Test(
        arguments: [
            (nil, true, 3..<8), (5, true, 3..<5), (5, false, 6..<8), (.max, true, 3..<8),
            (.max, false, 8..<8), (.min, true, 3..<3), (.min, false, 3..<8),
        ] as [(Int64?, Bool, Range<Int64>)]
    )
    func `whatever number somebody makes up stays within the range`(
        sequence: Int64?,
        isDescending: Bool,
        expected: Range<Int64>
    ) {
        #expect((3..<8 as Range<Int64>).beyond(sequence, isDescending) == expected)
    }

    @Test func `accounts are made once for many owners, and found by what is known of them`() throws
    {
        let again = try database.transaction { tx in
            try Ledger.open(
                for: ["usr_1", "usr_4"],
                kind: "wallet",
                unit: "INR",
                floor: 0,
                at: Self.start,
                in: tx
            )
        }
        #expect(again["usr_1"]?.id == wallet)
        #expect(again["usr_4"]?.floor == 0)
        func owners(_ change: (inout AccountsFilter) -> Void) throws -> [String] {
            var filter = AccountsFilter()
            change(&filter)
            let found = try filter.accounts(beyond: nil, isDescending: false, limit: 10, database)
            #expect(try filter.count(upTo: 100, database) == found.count)
            return found.map(\.name.owner).sorted()
        }
        #expect(try owners { $0.kind = "cash" } == ["platform"])
        #expect(try owners { $0.text = "usr_" }.count == 4)
        #expect(try owners { $0.text = "usr%" } == [])
        #expect(
            try owners {
                $0.text = "plat"
                $0.owners = ["usr_2"]
                $0.id = self.wallet
            } == ["platform", "usr_1", "usr_2"]
        )
        #expect(try owners { $0.unit = "WH" } == [])
    }

    @Test func `what is loose is counted beside the chain`() throws {
        let sums = try LooseSum.of([try account(cash), try account(wallet)], database)
        #expect(sums == [cash: LooseSum(count: 10, amount: -55)])
        let legs = try TransfersStore.postedLegs(of: Self.transferID(4), database)
        #expect(legs.first { $0.accountID == wallet }?.sequence == 4)
        #expect(legs.first { $0.accountID == cash }?.sequence == nil)
    }

    @Test func `a verification stops at its bound, and one of an account names its flaw`() throws {
        let whole = try database.transaction { tx in try LedgerVerification.run(in: tx) }
        #expect(whole.isSound && whole.isWhole && whole.postings == 20)
        let part = try database.transaction { tx in
            try LedgerVerification.run(postingsMax: 5, in: tx)
        }
        #expect(part.isSound && !part.isWhole && part.postings < 20)
        try database.runScript("UPDATE ledger_accounts SET held = 1 WHERE id = \(wallet)")
        let (good, bad) = (try account(cash), try account(wallet))
        let found = try database.transaction { tx in
            try [good, bad].map { try LedgerVerification.run(on: $0, in: tx).flaws }
        }
        #expect(found == [[], ["account \(bad.id) holds 1, its holds 0"]])
        #expect(try Ledger.overdrawn(kind: "wallet", limit: 10, database) == [])
        try database.runScript("UPDATE ledger_accounts SET held = 56 WHERE id = \(wallet)")
        #expect(try Ledger.overdrawn(kind: "wallet", limit: 10, database).map(\.id) == [wallet])
    }
}
