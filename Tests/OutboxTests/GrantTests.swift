import Base
import Testing

@testable import Outbox

@Suite struct GrantTests {
    private func grant() -> Grant {
        var follower = Follower(userID: "usr_a")
        follower.readsAllShipments = true
        follower.isTechnician = true
        follower.organisationIDs = ["org_1", "org_2"]
        follower.kinds = [.contracts, .alerts]
        follower.type = "contract.changed"
        return Grant(
            follower,
            ["contracts", "alerts/org_1"].compactMap(Topic.init),
            from: .after(4_711),
            waitSeconds: 25,
            answeredAt: "/elsewhere",
            warrant: Warrant(
                basis: .session(id: "ses_1"),
                version: 3,
                endsAt: Instant(milliseconds: 99)
            )
        )
    }

    @Test func `what a worker wrote is what a hub reads`() throws {
        let written = grant()
        let read = try #require(Grant(JSON(parsing: JSON.object(written.json).bytes)))
        #expect(read.follower.userID == "usr_a")
        #expect(read.follower.rights == written.follower.rights)
        #expect(read.follower.organisationIDs == ["org_1", "org_2"])
        #expect(read.follower.kinds == [.contracts, .alerts])
        #expect(!read.follower.isAdmin && read.follower.readsAllShipments)
        #expect(read.follower.isTechnician)
        #expect(read.topics == written.topics)
        #expect(read.beginning == .after(4_711))
        #expect(read.follower.type == "contract.changed")
        #expect(read.waitSeconds == 25)
        #expect(read.answeredAt == "/elsewhere")
        #expect(read.warrant == written.warrant)
    }

    @Test(arguments: [Grant.Beginning.now, .after(0), .unknown])
    func `each beginning is told apart`(beginning: Grant.Beginning) throws {
        var written = grant()
        written.beginning = beginning
        #expect(try #require(Grant(.object(written.json))).beginning == beginning)
    }

    @Test(arguments: [
        Warrant(basis: .key(digest: "ab"), version: 1),
        Warrant(basis: nil, version: 0, endsAt: Instant(milliseconds: 5)), nil,
    ])
    func `whatever the rights rest on is kept`(warrant: Warrant?) throws {
        var written = grant()
        written.warrant = warrant
        #expect(try #require(Grant(.object(written.json))).warrant == warrant)
    }

    @Test func `who may follow all is told with all kinds and no topic`() throws {
        var admin = Follower(userID: "usr_b")
        admin.isAdmin = true
        let read = try #require(Grant(.object(Grant(admin, [], from: .now).json)))
        #expect(read.follower.mayFollowAll)
        #expect(read.topics == [])
        #expect(read.waitSeconds == nil)
    }

    @Test(arguments: [
        "null", "{}", "[]", "{\"user\":\"usr_a\",\"rights\":{},\"topics\":[\"nothing\"]}",
        "{\"user\":1,\"rights\":{},\"topics\":[]}", "{\"user\":\"usr_a\",\"topics\":[]}",
    ])
    func `what no worker wrote is no grant`(text: String) throws {
        let grant = Grant(try JSON(parsing: text))
        #expect(grant == nil)
    }
}
