import Base
import Testing

@testable import Ledger

@Suite struct BookTests {
    private static let now = Instant(milliseconds: 1_772_368_496_789)

    private func account(
        _ id: Int64,
        _ balance: Int64 = 0,
        held: Int64 = 0,
        floor: Int64? = 0,
        unit: String = "INR"
    ) -> Account {
        Account(
            id: id,
            name: AccountName(owner: "usr_\(id)", kind: "wallet", unit: unit),
            floor: floor,
            balance: balance,
            held: held,
            sequence: 0,
            head: PostingHash.start,
            lastAt: .earliest
        )
    }

    private func transfer(_ legs: (Int64, Int64)...) -> NewTransfer {
        NewTransfer(
            id: "trf_01HXYZ00000000000000000000",
            kind: "wallet.transfer",
            reference: "usr_1",
            legs: legs.map { NewTransfer.Leg($0.0, $0.1) }
        )
    }

    @Test func `a transfer moves the amount and leaves one posting on each side`() throws {
        var book = LedgerBook([account(1, 100), account(2)], at: Self.now)
        let postings = try book.post(transfer((1, -30), (2, 30)))
        #expect(postings.map(\.balanceAfter) == [70, 30])
        #expect(postings.map(\.sequence) == [1, 1])
        #expect(book.account(1).balance == 70)
        #expect(book.account(2).balance == 30)
    }

    @Test(arguments: [(100, 0, 100), (100, 40, 60), (0, 0, 0)] as [(Int64, Int64, Int64)])
    func `the last bit that is available may go, and no more`(
        balance: Int64,
        held: Int64,
        available: Int64
    ) throws {
        var book = LedgerBook([account(1, balance, held: held), account(2)], at: Self.now)
        let refusal = LedgerRefusal.insufficient(
            accountID: 1,
            spendable: available,
            requested: available + 1
        )
        #expect(throws: refusal) {
            try book.post(transfer((1, -available - 1), (2, available + 1)))
        }
        #expect(book.account(1).balance == balance)
        guard available > 0 else { return }
        try book.post(transfer((1, -available), (2, available)))
        #expect(book.account(1).available == 0)
    }

    @Test func `a credit line may go below nought as far as its limit`() throws {
        var book = LedgerBook([account(1, 10, floor: -50), account(2)], at: Self.now)
        try book.post(transfer((1, -60), (2, 60)))
        #expect(book.account(1).balance == -50)
        #expect(throws: LedgerRefusal.self) { try book.post(transfer((1, -1), (2, 1))) }
    }

    @Test func `of a refused transfer no leg is posted`() throws {
        var book = LedgerBook([account(1, 100), account(2, 5), account(3)], at: Self.now)
        #expect(throws: LedgerRefusal.self) {
            try book.post(transfer((1, -50), (2, -50), (3, 100)))
        }
        #expect([1, 2, 3].map { book.account($0).balance } == [100, 5, 0])
    }

    @Test func `two legs on one account are looked at together`() throws {
        var book = LedgerBook([account(1, 100), account(2)], at: Self.now)
        #expect(throws: LedgerRefusal.self) {
            try book.post(transfer((1, -60), (1, -60), (2, 120)))
        }
        try book.post(transfer((1, -60), (1, -40), (2, 100)))
        #expect(book.account(1).balance == 0)
    }

    @Test func `an amount that would overflow is refused and not wrapped`() throws {
        var book = LedgerBook([account(1, .max), account(2, .max)], at: Self.now)
        #expect(throws: LedgerRefusal.overflow) { try book.post(transfer((1, -1), (2, 1))) }
        var holds = LedgerBook([account(1, .max, floor: .min)], at: Self.now)
        #expect(throws: LedgerRefusal.self) {
            try holds.hold(hold(.max))
            try holds.hold(hold(2))
        }
    }

    @Test func `an account without a floor is never refused, and is not chained at once`() throws {
        var book = LedgerBook([account(1, floor: nil), account(2)], at: Self.now)
        let postings = try book.post(transfer((1, -500), (2, 500)))
        #expect(postings.map(\.accountID) == [2])
        #expect(book.account(1).sequence == 0)
    }

    @Test func `each unit adds up by itself`() throws {
        var book = LedgerBook(
            [
                account(1, 10), account(2), account(3, 7, unit: "WH"), account(4, unit: "WH"),
            ],
            at: Self.now
        )
        try book.post(transfer((1, -10), (2, 10), (3, -7), (4, 7)))
        #expect([1, 2, 3, 4].map { book.account($0).balance } == [0, 10, 0, 7])
    }

    private func hold(_ amount: Int64) -> NewHold {
        NewHold(
            id: "hld_01HXYZ00000000000000000000",
            accountID: 1,
            amount: amount,
            kind: "withdrawal",
            reference: "wdr_1"
        )
    }

    private func held(_ amount: Int64, _ status: Hold.Status = .held) -> Hold {
        Hold(
            id: "hld_01HXYZ00000000000000000000",
            accountID: 1,
            amount: amount,
            kind: "withdrawal",
            reference: "wdr_1",
            status: status,
            createdAt: Self.now,
            expiresAt: nil
        )
    }

    @Test func `a hold lowers what is available and leaves the balance`() throws {
        var book = LedgerBook([account(1, 100), account(2)], at: Self.now)
        try book.hold(hold(70))
        #expect(book.account(1).balance == 100)
        #expect(book.account(1).available == 30)
        #expect(throws: LedgerRefusal.insufficient(accountID: 1, spendable: 30, requested: 31)) {
            try book.hold(hold(31))
        }
    }

    @Test func `a hold is posted whole or in part, and the rest is free`() throws {
        var book = LedgerBook([account(1, 100, held: 70), account(2)], at: Self.now)
        try book.post(transfer((1, -50), (2, 50)), from: held(70))
        #expect(book.account(1).balance == 50)
        #expect(book.account(1).held == 0)
    }

    @Test func `more than was held is refused, and the hold stays`() throws {
        var book = LedgerBook([account(1, 100, held: 70), account(2)], at: Self.now)
        #expect(throws: LedgerRefusal.moreThanHeld(held: 70)) {
            try book.post(transfer((1, -71), (2, 71)), from: held(70))
        }
        #expect(book.account(1).held == 70)
    }

    @Test(arguments: [Hold.Status.posted, .voided, .expired])
    func `a hold ends once`(status: Hold.Status) throws {
        var book = LedgerBook([account(1, 100, held: 70), account(2)], at: Self.now)
        #expect(throws: LedgerRefusal.holdEnded(status)) { try book.void(held(70, status)) }
        #expect(throws: LedgerRefusal.holdEnded(status)) {
            try book.post(transfer((1, -1), (2, 1)), from: held(70, status))
        }
        #expect(book.account(1).held == 70)
    }

    @Test func `no posting is dated before the one that it follows`() throws {
        var late = account(1, 100)
        late.lastAt = Self.now.adding(seconds: 60)
        var book = LedgerBook([late, account(2)], at: Self.now)
        let postings = try book.post(transfer((1, -1), (2, 1)))
        #expect(postings.map(\.at) == [late.lastAt, Self.now])
    }

    @Test func `a hash is what others compute by its description`() {
        let hash = PostingHash.make(
            after: PostingHash.start,
            account: 1,
            sequence: 2,
            transfer: "trf_01HXYZ00000000000000000000",
            amount: -3,
            balanceAfter: 4
        )
        // By Python's hashlib and struct.
        let known: [UInt8] = [
            0x18, 0xBC, 0x8A, 0xD6, 0x60, 0x22, 0xDF, 0xAE, 0x43, 0x4F, 0xE2, 0x96, 0x19, 0x4B,
            0x3A, 0x3E, 0x5C, 0xE8, 0x79, 0x90, 0xCA, 0x8C, 0x39, 0xFB, 0x18, 0x3C, 0xCB, 0x4E,
            0x76, 0x4F, 0x9B, 0x7F,
        ]
        #expect(hash == known)
    }

    @Test func `each part of a posting is in its hash`() {
        func hash(
            _ previous: [UInt8] = PostingHash.start,
            _ account: Int64 = 1,
            _ sequence: Int64 = 2,
            _ transfer: String = "trf_A",
            _ amount: Int64 = 3,
            _ after: Int64 = 4
        ) -> [UInt8] {
            PostingHash.make(
                after: previous,
                account: account,
                sequence: sequence,
                transfer: transfer,
                amount: amount,
                balanceAfter: after
            )
        }
        let others = [
            hash([UInt8](repeating: 1, count: 32)), hash(PostingHash.start, 9),
            hash(PostingHash.start, 1, 9), hash(PostingHash.start, 1, 2, "trf_B"),
            hash(PostingHash.start, 1, 2, "trf_A", 9), hash(PostingHash.start, 1, 2, "trf_A", 3, 9),
        ]
        #expect(hash() == hash())
        #expect(Set(others + [hash()]).count == 7)
    }
}
