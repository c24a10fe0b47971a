import Base
import Testing

@testable import Outbox

@Suite struct FollowerTests {
    private static let objectTopics = [
        "devices/dev_1", "orders/ORD-00001", "conversations/cnv_1", "offers/ofr_1",
    ]
    private static let personalTopics = ["wallets/", "energy/", "users/"]

    private func topic(_ text: String) throws -> Topic { try #require(Topic(text)) }

    private func event(
        _ type: String,
        on topics: [String],
        of userID: String? = nil,
        tenant: String? = nil,
        data: String = "{}"
    ) -> Event {
        Event(
            position: 7,
            type: type,
            topics: topics,
            userID: userID,
            organisationID: tenant,
            envelope: """
                {"event_id":"evt_1","type":"\(type)","data":\(data),\
                "metadata":{"timestamp":"1970-01-01T00:00:00.000Z","source":"here"}}
                """
        )
    }

    private var user: Follower { Follower(userID: "usr_1") }

    private var admin: Follower {
        var admin = Follower(userID: "usr_admin")
        admin.isAdmin = true
        return admin
    }

    @Test func `anyone may follow contracts and shipments, and nobody else's things`() throws {
        for text in ["contracts", "contracts/ctr_1", "shipments"] {
            #expect(user.mayFollow(try topic(text)))
        }
        for text in ["alerts", "alerts/org_1", "orders", "system"] + Self.objectTopics {
            #expect(!user.mayFollow(try topic(text)))
        }
        for kind in Self.personalTopics {
            #expect(user.mayFollow(try topic(kind + "usr_1")))
            #expect(!user.mayFollow(try topic(kind + "usr_2")))
        }
        #expect(!user.mayFollowAll)
    }

    @Test func `an admin may follow everything, and a key of theirs what it reaches`() throws {
        let texts =
            ["contracts", "alerts", "alerts/org_1", "orders", "system", "users/usr_1"]
            + Self.objectTopics
        for text in texts { #expect(admin.mayFollow(try topic(text))) }
        #expect(admin.mayFollowAll)
        var key = admin
        key.kinds = [.contracts]
        #expect(key.mayFollow(try topic("contracts")))
        #expect(!key.mayFollow(try topic("system")))
        #expect(!key.mayFollowAll)
        #expect(key.sight(of: event("user.locked", on: ["system"]), through: []) == .nothing)
    }

    @Test func `sales follow all orders, others those that they may read`() throws {
        var sales = user
        sales.followsOrders = true
        #expect(sales.mayFollow(try topic("orders")))
        #expect(sales.mayFollow(try topic("orders/ORD-00001")))
        var buyer = user
        buyer.mayRead = { $0.id == "ORD-00001" || $0.id == "dev_1" }
        #expect(!buyer.mayFollow(try topic("orders")))
        #expect(buyer.mayFollow(try topic("orders/ORD-00001")))
        #expect(!buyer.mayFollow(try topic("orders/ORD-00002")))
        #expect(buyer.mayFollow(try topic("devices/dev_1")))
    }

    @Test func `alerts are seen by those who belong to the tenant or look after it`() throws {
        var member = user
        member.organisationIDs = ["org_1"]
        #expect(member.mayFollow(try topic("alerts/org_1")))
        #expect(!member.mayFollow(try topic("alerts/org_2")))
        #expect(!member.mayFollow(try topic("alerts")))
        var technician = member
        technician.isTechnician = true
        let all = [try topic("alerts")]
        #expect(technician.mayFollow(all[0]))
        let theirs = event("alert.raised", on: ["alerts", "alerts/org_1"], tenant: "org_1")
        let others = event("alert.raised", on: ["alerts", "alerts/org_2"], tenant: "org_2")
        let nobodys = event("alert.raised", on: ["alerts"])
        #expect(technician.sight(of: theirs, through: all) == .everything)
        #expect(technician.sight(of: others, through: all) == .nothing)
        #expect(technician.sight(of: nobodys, through: all) == .nothing)
        #expect(admin.sight(of: others, through: all) == .everything)
    }

    @Test func `what is told of a device is seen by those whose it was then`() throws {
        var member = user
        member.organisationIDs = ["org_1"]
        var technician = member
        technician.isTechnician = true
        let topics = [try topic("devices/dev_1")]
        func seeing(_ event: Event) -> [Bool] {
            [member, technician, admin].map { $0.sight(of: event, through: topics) == .everything }
        }
        let on = ["devices/dev_1"]
        #expect(seeing(event("reading.recorded", on: on, tenant: "org_1")) == [true, true, true])
        #expect(seeing(event("reading.recorded", on: on, tenant: "org_2")) == [false, false, true])
        #expect(seeing(event("reading.recorded", on: on)) == [false, true, true])
        let owned = event("reading.recorded", on: on, of: "usr_1", tenant: "org_2")
        #expect(seeing(owned)[0], "by its owner wherever it stands")
    }

    private static let shipment = """
        {"shipment":{"id":"shp_1","contractId":"ctr_1","quantity":3,"status":"accepted",\
        "reason":null,"reference":"PO","destination":"Pune","createdBy":"usr_1","createdAt":"x",\
        "cancelledBy":"usr_2","cancelledAt":"x","cancelReason":"y","contract":{"id":"ctr_1"},\
        "later":1},"contract":{"id":"ctr_1","shipped":3}}
        """
    private static let open = """
        {"event_id":"evt_1","type":"shipment.accepted","data":{"shipment":{"id":"shp_1",\
        "contractId":"ctr_1","quantity":3,"status":"accepted","reason":null,"createdAt":"x",\
        "contract":{"id":"ctr_1"}},"contract":{"id":"ctr_1","shipped":3}},\
        "metadata":{"timestamp":"1970-01-01T00:00:00.000Z","source":"here"}}
        """

    private var shipment: Event {
        event(
            "shipment.accepted",
            on: ["shipments", "contracts", "contracts/ctr_1"],
            of: "usr_1",
            data: Self.shipment
        )
    }

    @Test func `a shipment is seen whole by who made it, and by managers and admins`() throws {
        var manager = Follower(userID: "usr_m")
        manager.readsAllShipments = true
        for follower in [user, manager, admin] {
            for text in ["shipments", "contracts", "contracts/ctr_1"] {
                #expect(follower.sight(of: shipment, through: [try topic(text)]) == .everything)
            }
        }
        #expect(try shipment.envelope(for: .everything) == shipment.envelope)
    }

    @Test func `another's shipment is seen in contracts without who and where, and only there`()
        throws
    {
        let other = Follower(userID: "usr_2")
        let (contracts, shipments) = (try topic("contracts"), try topic("shipments"))
        #expect(other.sight(of: shipment, through: [contracts]) == .withoutWhoAndWhere)
        #expect(other.sight(of: shipment, through: [shipments]) == .nothing)
        #expect(other.sight(of: shipment, through: [shipments, contracts]) == .withoutWhoAndWhere)
        #expect(other.sight(of: shipment, through: [try topic("contracts/ctr_2")]) == .nothing)
        #expect(try shipment.envelope(for: .withoutWhoAndWhere) == Self.open)
        #expect(try shipment.envelope(for: .nothing) == nil)
    }

    @Test func `what is no shipment is seen whole in contracts`() throws {
        let event = event("contract.created", on: ["contracts", "contracts/ctr_1"])
        #expect(user.sight(of: event, through: [try topic("contracts")]) == .everything)
        #expect(user.sight(of: event, through: []) == .nothing)
        #expect(admin.sight(of: event, through: []) == .everything)
    }

    @Test func `a shipment's event without data is a fault and not shown`() {
        let broken = event("shipment.accepted", on: ["contracts"], data: "[]")
        #expect(throws: Fault.self) { try broken.envelope(for: .withoutWhoAndWhere) }
    }
}
