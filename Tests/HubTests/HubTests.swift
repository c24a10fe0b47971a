import Base
import Outbox
import Scoreboard
import Testing

@testable import Hub

@Suite struct HubTests {
    @Test func `a stream begins with its head, how to come back, and what was granted`() throws {
        let script = try HubScript(after: 41)
        let reader = try script.reader(.of("usr_a", "contracts"))
        #expect(
            reader.text() == """
                Status: 200 OK\r
                content-type: text/event-stream\r
                \r
                retry: 2000

                event: ready
                data: {"topics":["contracts"],"cursor":"41"}


                """
        )
        #expect(script.hub.count == 1)
    }

    @Test func `an event is told with its place, its type and its envelope on one line`() throws {
        let script = try HubScript()
        let reader = try script.reader(.of("usr_a", "system", isAdmin: true))
        _ = reader.text()
        script.tell(.other(1))
        #expect(
            reader.text() == """
                id: 1
                event: user.locked
                data: {"event_id":"evt_1","data":{}}


                """
        )
    }

    @Test func `each sees what they may of one event`() throws {
        let script = try HubScript()
        let own = try script.reader(.of("usr_a", "contracts"))
        let stranger = try script.reader(.of("usr_b", "contracts"))
        let admin = try script.reader(.of("usr_c", "contracts", isAdmin: true))
        let outsider = try script.reader(.of("usr_b", "shipments"))
        for reader in [own, stranger, admin, outsider] { _ = reader.text() }
        script.tell(.shipment(1, of: "usr_a"))
        #expect(own.text().contains("Pune"))
        let cut = stranger.text()
        #expect(cut.contains("shp_1") && !cut.contains("Pune"))
        #expect(admin.text().contains("Pune"))
        #expect(outsider.text() == "")
    }

    @Test func `what several topics of one reader share is told once`() throws {
        let script = try HubScript()
        let reader = try script.reader(.of("usr_a", "contracts", "contracts/ctr_1", "shipments"))
        script.tell(.shipment(1), .shipment(2, on: "ctr_2"), .other(3))
        #expect(reader.positions() == [1, 2])
    }

    @Test func `whoever comes back is told what they missed, and then what is new`() throws {
        let script = try HubScript(after: 10, (11...14).map { Event.shipment($0) })
        let reader = try script.reader(.of("usr_a", "contracts", from: .after(12)))
        #expect(reader.positions() == [13, 14])
        script.tell(.shipment(15))
        #expect(reader.positions() == [15])
        #expect(script.total(.streamReplays) == 1)
    }

    @Test func `a replay is authorised as live events are`() throws {
        let script = try HubScript(after: 0, (1...4).map { .shipment($0, of: "usr_\($0 % 2)") })
        let reader = try script.reader(.of("usr_1", "shipments", from: .after(0)))
        #expect(reader.positions() == [1, 3])
        let stranger = try script.reader(.of("usr_9", "contracts", from: .after(0)))
        let text = stranger.text()
        #expect(text.contains("shp_4") && !text.contains("Pune"))
    }

    @Test func `who was away for too long, or came with no id, begins anew`() throws {
        let script = try HubScript(after: 10, [.shipment(11)])
        for beginning in [Grant.Beginning.after(9), .unknown] {
            let reader = try script.reader(.of("usr_a", "contracts", from: beginning))
            let text = reader.text()
            let cursor = script.hub.last
            #expect(text.hasSuffix("event: reset\ndata: {\"cursor\":\"\(cursor)\"}\n\n"))
            script.tell(.shipment(script.hub.last + 1))
            #expect(reader.positions().count == 1)
            script.hub.left(reader.number)
        }
        #expect(script.total(.streamResets) == 1 + 1)
    }

    @Test func `whoever knows more than this hub waits for it, and sees nothing twice`() throws {
        let script = try HubScript()
        let reader = try script.reader(.of("usr_a", "contracts", from: .after(2)))
        _ = reader.text()
        script.tell(.shipment(1))
        script.tell(.shipment(2), .shipment(3))
        script.tell(.shipment(4))
        #expect(reader.positions() == [3, 4])
    }

    @Test func `a poll gets what there is, or waits for what comes`() throws {
        let script = try HubScript(after: 0, [.shipment(1), .shipment(2)])
        let found = try script.reader(.of("usr_a", "contracts", from: .after(1), waitSeconds: 25))
        let answer = try found.answer()
        #expect(answer["events"]?.array?.map { $0["id"]?.string } == ["2"])
        #expect(answer["events"]?.array?[0]["event_id"]?.string == "evt_2")
        #expect(answer["cursor"]?.string == "2")
        #expect(answer["reset"]?.bool == false)
        #expect(found.isComplete)
        let waiting = try script.reader(
            .of("usr_a", "contracts", from: .after(2), waitSeconds: 25)
        )
        #expect(waiting.text() == "")
        script.tell(.other(3))
        #expect(waiting.text() == "")
        script.tell(.shipment(4))
        let late = try waiting.answer()
        #expect(late["events"]?.array?.map { $0["id"]?.string } == ["4"])
        #expect(late["cursor"]?.string == "4")
        #expect(script.hub.count == 0)
    }

    @Test
    func `a poll that is answered elsewhere is sent on by what it waits for, and by nothing else`()
        throws
    {
        var grant = Grant.of("", "contracts", isAdmin: true, from: .after(0), waitSeconds: 5)
        grant.follower.type = "shipment.cancelled"
        grant.answeredAt = "/hub/commands"
        let script = try HubScript()
        let found = try script.reader(grant)
        let late = try script.reader(grant)
        script.tell(.shipment(1))
        #expect(found.text() == "" && late.text() == "")
        script.tell(.shipment(2, type: "shipment.cancelled"))
        let head = "Status: 200 OK\r\nx-accel-redirect: /hub/commands\r\n\r\n"
        #expect(found.text() == head && found.isComplete)
        #expect(late.text() == head && late.isComplete)
        grant.beginning = .after(2)
        let idle = try script.reader(grant)
        script.wait(4_900)
        #expect(idle.text() == "")
        script.wait(200)
        #expect(idle.text() == head && idle.isComplete)
        grant.beginning = .unknown
        #expect(try script.reader(grant).text() == head)
        #expect(script.hub.count == 0)
    }

    @Test func `a poll's time ends with an empty answer, behind all that it was not told`() throws {
        let script = try HubScript()
        let reader = try script.reader(.of("usr_a", "contracts", from: .after(0), waitSeconds: 5))
        script.tell(.other(1))
        script.wait(4_900)
        #expect(reader.text() == "")
        script.wait(200)
        let answer = try reader.answer()
        #expect(answer["events"]?.array == [])
        #expect(answer["cursor"]?.string == "1")
        #expect(reader.isComplete)
    }

    @Test func `a poll without a place gets the place, and one that was away for too long a reset`()
        throws
    {
        let script = try HubScript(after: 7)
        let new = try script.reader(.of("usr_a", "contracts", waitSeconds: 0)).answer()
        #expect(new["cursor"]?.string == "7")
        #expect(new["reset"]?.bool == false)
        let old = try script.reader(
            .of("usr_a", "contracts", from: .after(1), waitSeconds: 25)
        ).answer()
        #expect(old["cursor"]?.string == "7")
        #expect(old["reset"]?.bool == true)
    }

    @Test func `a long replay comes in pieces, whole and in order, however slowly it is read`()
        throws
    {
        let script = try HubScript(after: 0, (1...3_000).map { .shipment($0, padding: 200) })
        let reader = try script.reader(
            .of("usr_a", "contracts", from: .after(0)),
            bytesMax: 4_096
        )
        var seen: [Int64] = []
        var next: Int64 = 3_001
        while seen.last != 3_050 {
            seen += reader.positions()
            if next <= 3_050 { script.tell(.shipment(next)) }
            next += 1
            script.flush()
        }
        #expect(seen == Array(1...3_050))
        #expect(script.hub.count == 1)
    }

    @Test func `who does not read is cut off, and nobody else notices`() throws {
        let script = try HubScript()
        let idle = try script.reader(.of("usr_a", "contracts"), bytesMax: 4_096)
        let reader = try script.reader(.of("usr_a", "contracts"))
        var seen: [Int64] = []
        for position: Int64 in 1...400 {
            script.tell(.shipment(position, padding: 1_000))
            seen += reader.positions()
        }
        #expect(seen == Array(1...400))
        #expect(script.hub.count == 1)
        #expect(script.total(.streamCutOffs) == 1)
        _ = idle.text()
        #expect(idle.isClosed && !idle.isComplete)
    }

    @Test func `a round is taken once most of those who were written to have read`() throws {
        let script = try HubScript()
        var readers: [Reader] = []
        for _ in 0..<(Pace.witnessEach * 4) {
            readers.append(try script.reader(.of("usr_a", "contracts")))
        }
        for reader in readers { _ = reader.text() }
        #expect(script.hub.isTaken)
        script.tell(.shipment(1))
        #expect(script.hub.witnesses.count == 4)
        #expect(!script.hub.isTaken)
        for reader in readers.prefix(Pace.witnessEach * 2) { _ = reader.text() }
        #expect(!script.hub.isTaken)
        for reader in readers.dropFirst(Pace.witnessEach * 2).prefix(Pace.witnessEach) {
            _ = reader.text()
        }
        #expect(script.hub.isTaken)
        script.tell(.other(2))
        #expect(script.hub.witnesses.isEmpty)
    }

    @Test func `all members of a cohort are told, also while some of them leave`() throws {
        let script = try HubScript()
        var readers: [Reader] = []
        for _ in 0..<20 { readers.append(try script.reader(.of("usr_a", "contracts"))) }
        for (index, reader) in readers.enumerated() where index % 3 == 0 {
            script.hub.left(reader.number)
        }
        script.tell(.shipment(1))
        for (index, reader) in readers.enumerated() {
            #expect(reader.positions() == (index % 3 == 0 ? [] : [1]))
        }
        let again = try script.reader(.of("usr_a", "contracts"))
        script.tell(.shipment(2))
        #expect(again.positions() == [2])
    }

    @Test func `whose rights are gone or are others is ended, and others are not`() throws {
        let script = try HubScript()
        let names = ["stands", "revoked", "changed"]
        let readers = try names.map { name in
            try script.reader(
                .of(
                    "usr_a",
                    "contracts",
                    warrant: Warrant(basis: .session(id: name), version: 1)
                )
            )
        }
        script.hub.looked(at: 1_000)
        try script.hub.checkRights { bases in
            #expect(Set(bases) == Set(names.map { .session(id: $0) }))
            return [.session(id: "stands"): 1, .session(id: "changed"): 2]
        }
        for reader in readers { _ = reader.text() }
        #expect(readers.map(\.isComplete) == [false, true, true])
        #expect(script.hub.count == 1)
    }

    @Test func `everybody is asked about within three seconds`() throws {
        let script = try HubScript()
        var readers: [Reader] = []
        for number in 0..<50 {
            readers.append(
                try script.reader(
                    .of(
                        "usr_a",
                        "contracts",
                        warrant: Warrant(basis: .session(id: "\(number)"), version: 1)
                    )
                )
            )
        }
        let stands: HubPorts.Rights = { bases in
            Dictionary(uniqueKeysWithValues: bases.map { ($0, 1) })
        }
        script.hub.looked(at: 1_000)
        try script.hub.checkRights(stands)
        var asked: Set<Warrant.Basis> = []
        for step: Int64 in 1...6 {
            script.hub.looked(at: 1_000 + step * 500)
            try script.hub.checkRights { bases in
                asked.formUnion(bases)
                return try stands(bases)
            }
        }
        #expect(asked.count == 50)
        #expect(script.hub.count == 50)
    }

    @Test func `who is there is told when they come, and again in time`() throws {
        let script = try HubScript(after: 5)
        var told: [[String: Int64]] = []
        func wait(_ milliseconds: Int64) {
            script.wait(milliseconds)
            script.hub.tellPresence { told.append($0) }
        }
        let stream = try script.reader(.of("usr_a", "contracts"))
        let poll = try script.reader(.of("usr_b", "contracts", from: .after(5), waitSeconds: 9))
        wait(1_000)
        #expect(told == [["usr_a": 25, "usr_b": 60]])
        script.hub.left(poll.number)
        told = []
        for _ in 0..<20 { wait(1_000) }
        #expect(Set(told.flatMap(\.keys)) == ["usr_a"])
        script.hub.left(stream.number)
        told = []
        for _ in 0..<20 { wait(1_000) }
        #expect(told == [])
    }

    @Test func `when the order goes on elsewhere all are told to begin anew`() throws {
        let script = try HubScript(after: 5)
        let reader = try script.reader(.of("usr_a", "contracts"))
        let poll = try script.reader(.of("usr_a", "contracts", from: .after(5), waitSeconds: 9))
        _ = reader.text()
        script.hub.restart(at: 2)
        #expect(reader.text() == "event: reset\ndata: {\"cursor\":\"2\"}\n\n")
        #expect(try poll.answer()["reset"]?.bool == true)
        script.tell(.shipment(3))
        #expect(reader.positions() == [3])
    }

    @Test func `at the end streams are completed and polls answered`() throws {
        let script = try HubScript(after: 5)
        let reader = try script.reader(.of("usr_a", "contracts"))
        let poll = try script.reader(.of("usr_a", "contracts", from: .after(5), waitSeconds: 9))
        script.hub.endAll()
        _ = reader.text()
        #expect(reader.isComplete && reader.isClosed)
        #expect(try poll.answer()["cursor"]?.string == "5")
        #expect(script.hub.count == 0)
    }
}
