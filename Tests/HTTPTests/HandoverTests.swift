import Base
import Testing

@testable import HTTP

@Suite struct HandoverTests {
    private func address(_ response: Response) throws -> String {
        try #require(response.headers["x-accel-redirect"])
    }

    @Test func `what is told arrives, with the header fields that nginx would lose`() throws {
        let sealed = Response.handedOver(to: "/hub", telling: ["user": "usr_a"])
            .with("content-type", "text/event-stream")
            .with("x-request-id", "a&b=c")
            .sealed
        #expect(sealed.status == 200)
        #expect(sealed.headers.fields.map(\.name) == ["x-accel-redirect"])
        #expect(!sealed.hasLength)
        let address = try address(sealed)
        #expect(address.hasPrefix("/hub?"))
        let told = try #require(Handover(Query(String(address.dropFirst(5))))?.told)
        #expect(told["user"] == "usr_a")
        #expect(told["headers"]?["content-type"] == "text/event-stream")
        #expect(told["headers"]?["x-request-id"] == "a&b=c")
    }

    @Test func `an answer that is given here stays as it is`() {
        let answer = Response.text("here")
        #expect(answer.sealed == answer)
    }

    @Test(arguments: ["", "told=", "told=%", "told=e3", "told=W10", "other=e30"])
    func `what was not handed over is not read`(query: String) {
        #expect(Handover(Query(query)) == nil)
    }
}
