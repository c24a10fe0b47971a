import Testing

@testable import Outbox

@Suite struct TopicTests {
    static let usr = "usr_01HXYZ00000000000000000000"

    @Test(arguments: [
        "contracts", "contracts/ctr_1", "shipments", "alerts", "alerts/org_1", "devices/dev_1",
        "orders", "orders/ORD-00001", "wallets/usr_1", "energy/usr_1", "conversations/cnv_1",
        "offers/ofr_1", "users/usr_1", "system",
    ])
    func `a topic of the contract is one, and keeps its text`(text: String) {
        #expect(Topic(text)?.text == text)
    }

    @Test(arguments: [
        "", "/", "contract", "Contracts", "contracts/", "contracts/a/b", "contracts/a b",
        "contracts/%", "contracts/é", "shipments/shp_1", "system/x", "devices", "wallets", "users",
        "energy", "conversations", "offers", " contracts", "contracts ",
        "contracts/" + String(repeating: "x", count: 65),
    ])
    func `what is none is no topic`(text: String) {
        #expect(Topic(text) == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("42", 42), ("999999999999999999", 999_999_999_999_999_999),
        ] as [(String, Int64)]
    )
    func `an id is a position and has one spelling`(text: String, position: Int64) {
        #expect(EventID.position(text) == position)
        #expect(EventID.text(position) == text)
    }

    @Test(arguments: [
        "", " ", "-1", "+1", "01", "00", "1.0", "1-0", "0x1", "evt_1", "１", "1 ",
        "1000000000000000000",
    ])
    func `what was never given out is no id`(text: String) {
        #expect(EventID.position(text) == nil)
    }
}
