import Base
import HTTP
import Testing

@testable import Contracts

@Suite struct ContractBodyTests {
    func body(_ form: String) -> ContractBody { ContractBody(form: Query(form), zone: .utc) }

    @Test func `what was typed is what a program would say`() throws {
        let json = body(
            "title=Cheese&quota=1%2C20%2C000&alertPercents=50%25%2C+90&code=&customer=+"
                + "&notifyEmails=a%40x.example%3B%0D%0Ab%40x.example&startsAt=2026-01-02T03:04"
        ).whole
        #expect(
            json == [
                "title": "Cheese", "quota": 120_000, "startsAt": "2026-01-02T03:04:00.000Z",
                "alertPercents": [50, 90], "notifyEmails": ["a@x.example", "b@x.example"],
            ]
        )
        #expect(try NewContract.read(json).quota == 120_000)
    }

    @Test func `what is no number or moment is left for the rules to refuse`() {
        let json = body("quota=many&alertPercents=a+1&endsAt=soon").whole
        #expect(json["quota"] == "many" && json["endsAt"] == "soon")
        #expect(json["alertPercents"] == ["a", 1])
        let problem = #expect(throws: Problem.self) { try NewContract.read(json) }
        let fields = problem?.errors.map(\.field).sorted()
        #expect(fields == ["alertPercents", "endsAt", "quota", "title"])
    }

    @Test func `an end that was not touched keeps its seconds, an emptied one goes`() throws {
        var contract = ContractReply.sample.contract
        contract.endsAt = Instant(rfc3339: "2026-03-01T12:34:56.789Z")
        let same = body("title=a&quota=1&endsAt=2026-03-01T12:34").change(of: contract)
        #expect(same["endsAt"] == nil)
        let other = body("title=a&quota=1&endsAt=2026-03-01T12:35").change(of: contract)
        #expect(other["endsAt"] == "2026-03-01T12:35:00.000Z")
        let none = body("title=a&quota=1&endsAt=").change(of: contract)
        #expect(none["endsAt"] == .null && none["customer"] == .null)
    }

    @Test func `an emptied quota is refused and not taken for unchanged`() {
        let change = body("title=a&quota=").change(of: ContractReply.sample.contract)
        let problem = #expect(throws: Problem.self) { try ContractPatch.read(change) }
        #expect(problem?.errors.map(\.field) == ["quota"])
    }
}
