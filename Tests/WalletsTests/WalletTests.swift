import Base
import HTTP
import Ledger
import Testing

@testable import Wallets

@Suite struct WalletTests {
    @Test func `a wallet is called as its owner is`() {
        func id(_ owner: String) -> String {
            Wallet(owner: owner, balance: 0, held: 0, asOf: .earliest).id
        }
        #expect(id("usr_01HXYZ00000000000000000000") == "wal_01HXYZ00000000000000000000")
        #expect(id("operator") == "wal_operator")
    }

    @Test func `what is held is not available`() {
        #expect(Wallet(owner: "usr_1", balance: 70, held: 30, asOf: .earliest).available == 40)
    }

    @Test func `a transfer that does not fit says by which numbers`() throws {
        let refusal = LedgerRefusal.insufficient(accountID: 1, spendable: 40, requested: 41)
        let problem = try #require(WalletRefusal.problem(for: refusal) as? Problem)
        #expect((problem.status, problem.code) == (409, "insufficient_funds"))
        #expect(
            problem.more == ["limit": 0, "current": 40, "requested": 41, "remaining": 40]
        )
    }

    @Test func `an amount that no wallet can take is an error of its field`() throws {
        let problem = try #require(WalletRefusal.problem(for: .overflow) as? Problem)
        #expect(problem.status == 422)
        #expect(problem.errors.map(\.field) == ["amount"])
        #expect(problem.errors.map(\.code) == ["too_large"])
    }

    @Test(
        arguments: [
            (#"{"amount": 1}"#, ["toUserId": "required"]),
            (
                #"{"amount": 1, "toUserId": "usr_1", "toEmail": "a@b.example"}"#,
                ["toEmail": "not_allowed"]
            ),
            (#"{"amount": 1, "toEmail": "a"}"#, ["toEmail": "too_short"]),
            (#"{"amount": 1, "toUserId": "usr_1", "toEmail": null}"#, [:]),
            (#"{"amount": 0, "toUserId": "usr_1"}"#, ["amount": "too_small"]),
            (
                #"{"amount": 1000000000000001, "toUserId": "usr_1"}"#, ["amount": "too_large"]
            ),
            (#"{"amount": 1.5, "toEmail": "a@b.example"}"#, ["amount": "wrong_type"]),
            (#"{}"#, ["amount": "required", "toUserId": "required"]),
        ]
    )
    func `a transfer names one recipient and a whole amount`(
        body: String,
        wrong: [String: String]
    ) throws {
        var fields = Fields(try #require(JSON(parsing: body).object))
        _ = NewMoneyTransfer(&fields)
        let found = fields.errors.map { ($0.field, $0.code) }
        #expect(Dictionary(uniqueKeysWithValues: found) == wrong)
    }
}
