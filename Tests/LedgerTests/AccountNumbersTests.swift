import Base
import Database
import TestSupport
import Testing

@testable import Ledger

@Suite(.serialized) struct AccountNumbersTests {
    private let scratch: ScratchDatabase
    private var database: MariaDB { scratch.database }
    private let numbers = AccountNumbers()
    private let now = Instant(milliseconds: 1_772_368_496_789)

    init() throws {
        scratch = try ScratchDatabase()
        try scratch.apply("0004_ledger_create_accounts.sql")
    }

    private func open(_ owners: Set<String>, in tx: Transaction) throws -> [String: Int64] {
        try numbers.open(for: owners, kind: "wallet", unit: "INR", floor: 0, at: now, in: tx)
    }

    @Test func `a number that is known costs no statement`() throws {
        let first = try database.transaction { try open(["usr_1", "usr_2"], in: $0) }
        _ = database.takeStatistics()
        let again = try database.transaction { try open(["usr_2", "usr_1"], in: $0) }
        #expect(again == first)
        #expect(database.takeStatistics().statements == 0)
        let more = try database.transaction { try open(["usr_2", "usr_3"], in: $0) }
        #expect(more["usr_2"] == first["usr_2"])
        #expect(Set(first.values).union(more.values).count == 3)
    }

    @Test func `an account that was not kept is not known`() throws {
        struct Undone: Error {}
        #expect(throws: Undone.self) {
            try database.transaction { tx in
                _ = try open(["usr_1"], in: tx)
                throw Undone()
            }
        }
        let number = try database.transaction { try #require(try open(["usr_1"], in: $0)["usr_1"]) }
        #expect(try Ledger.find([number], database).map(\.name.owner) == ["usr_1"])
    }

    @Test func `accounts of one owner in two units are two`() throws {
        try database.transaction { tx in
            let rupees = try open(["usr_1"], in: tx)
            let hours = try numbers.open(
                for: ["usr_1"],
                kind: "wallet",
                unit: "WH",
                floor: 0,
                at: now,
                in: tx
            )
            #expect(rupees["usr_1"] != hours["usr_1"])
        }
    }
}
