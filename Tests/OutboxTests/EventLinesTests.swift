import Base
import Testing

@testable import Outbox

@Suite struct EventLinesTests {
    private let at = Instant(milliseconds: 1_772_368_496_789)

    private func event(_ type: String, data: JSONObject = [:]) -> NewEvent {
        NewEvent(id: "evt_1", type, on: ["contracts", "contracts/ctr_1"], data)
    }

    @Test func `what was written is read as it was told, at its position`() throws {
        var own = event("shipment.accepted", data: ["note": "a tab\t and a line\nfeed, \u{1F600}"])
        own.userID = "usr_1"
        own.organisationID = "org_1"
        var lines: [UInt8] = []
        EventLines.append(event("contract.created"), from: "api\t\"1\"", at: at, to: &lines)
        EventLines.append(own, from: "api", at: at, to: &lines)
        let read = try EventLines.events(in: lines, from: 41)
        try #require(read.count == 2)
        #expect(read.map(\.position) == [41, 42])
        #expect(read.map(\.type) == ["contract.created", "shipment.accepted"])
        #expect(read[0].topics == ["contracts", "contracts/ctr_1"])
        #expect(read[0].userID == nil && read[0].organisationID == nil)
        #expect(read[1].userID == "usr_1" && read[1].organisationID == "org_1")
        let envelope: JSON = [
            "event_id": "evt_1", "type": "contract.created", "data": [:],
            "metadata": ["timestamp": "2026-03-01T12:34:56.789Z", "source": "api\t\"1\""],
        ]
        #expect(try read[0].parsedEnvelope() == envelope)
        #expect(
            try read[1].parsedEnvelope()["data"]?["note"]?.string
                == "a tab\t and a line\nfeed, \u{1F600}"
        )
    }

    @Test func `a line that is none is told with its position`() {
        let lines = Array("contract.created\t contracts \t\t\n".utf8)
        #expect(throws: Fault.self) { try EventLines.events(in: lines, from: 7) }
    }

    @Test func `a filter admits what it asks for, and nothing else`() throws {
        var lines: [UInt8] = []
        let told = event("contract.created", data: ["title": "Straße 100%"])
        EventLines.append(told, from: "here", at: at, to: &lines)
        let event = try #require(try EventLines.events(in: lines, from: 1).first)
        let admitted = [
            EventFilter(), EventFilter(topics: ["orders", "contracts"]),
            EventFilter(type: "contract.created"), EventFilter(text: "STRASSE 100%".lowercased()),
            EventFilter(text: "sTRAßE"), EventFilter(text: "EVT_1"),
        ]
        #expect(admitted.map { $0.admits(event) } == [true, true, true, false, true, true])
        let refused = [
            EventFilter(topics: ["contracts/ctr_2"]), EventFilter(type: "contract.change"),
            EventFilter(text: "metadata"), EventFilter(text: "evt_"),
        ]
        #expect(refused.map { $0.admits(event) } == [false, false, false, false])
    }
}
