import Base
import Glibc
import Scoreboard
import Testing

@testable import Supervisor

@Suite struct UpgradeTests {
    @Test func `an upgrade waits for calm, tries the binary, and waits again`() {
        var upgrade = Upgrade()
        #expect(upgrade.next(isSettled: true, at: 0) == .wait)
        upgrade.request()
        #expect(upgrade.next(isSettled: false, at: 0) == .wait)
        #expect(upgrade.next(isSettled: true, at: 0) == .check)
        #expect(upgrade.next(isSettled: true, at: 10) == .wait)
        upgrade.checkEnded(passed: true)
        #expect(upgrade.next(isSettled: false, at: 20) == .wait)
        #expect(upgrade.next(isSettled: true, at: 30) == .exec)
    }

    @Test func `a binary that fails is not executed`() {
        var upgrade = Upgrade()
        upgrade.request()
        _ = upgrade.next(isSettled: true, at: 0)
        upgrade.checkEnded(passed: false)
        #expect(!upgrade.isUnderWay)
        #expect(upgrade.next(isSettled: true, at: 10) == .wait)
    }

    @Test func `a binary that does not answer is stopped, once, and not executed`() {
        var upgrade = Upgrade()
        upgrade.request()
        _ = upgrade.next(isSettled: true, at: 0)
        #expect(upgrade.next(isSettled: true, at: 4_999) == .wait)
        #expect(upgrade.next(isSettled: true, at: 5_000) == .abortCheck)
        #expect(upgrade.next(isSettled: true, at: 5_001) == .wait)
        upgrade.checkEnded(passed: true)
        #expect(!upgrade.isUnderWay)
    }

    @Test func `a request during the trial makes a second trial and one upgrade`() {
        var upgrade = Upgrade()
        upgrade.request()
        upgrade.request()
        _ = upgrade.next(isSettled: true, at: 0)
        upgrade.request()
        upgrade.checkEnded(passed: true)
        #expect(upgrade.next(isSettled: true, at: 10) == .check)
        upgrade.checkEnded(passed: true)
        #expect(upgrade.next(isSettled: true, at: 20) == .exec)
        upgrade.execFailed()
        #expect(upgrade.next(isSettled: true, at: 30) == .wait)
    }
}

@Suite struct InheritanceTests {
    let sample = Inheritance(
        supervisor: 77,
        generation: 3,
        sockets: ["worker": 5, "slow": 6],
        children: [
            Inheritance.Child(pid: 123, role: .worker, isDraining: false),
            Inheritance.Child(pid: 124, role: .slow, isDraining: true),
        ]
    )

    @Test func `an inheritance is read as it was written`() {
        let text =
            "supervisor=77;generation=3;sockets=slow:6,worker:5;"
            + "children=123:worker:serving,124:slow:draining"
        #expect(sample.text == text)
        #expect(Inheritance(text: sample.text) == sample)
        let empty = Inheritance(supervisor: 7, generation: 0, sockets: [:], children: [])
        #expect(Inheritance(text: empty.text) == empty)
    }

    @Test(arguments: [
        "", "worker=5", "supervisor=77;generation=3;sockets=worker:5",
        "supervisor=77;generation=3;sockets=worker:2;children=",
        "supervisor=77;generation=3;sockets=worker;children=",
        "supervisor=77;generation=3;sockets=;children=1:worker:serving",
        "supervisor=77;generation=3;sockets=;children=-1:worker:serving",
        "supervisor=77;generation=3;sockets=;children=12:janitor:serving",
        "supervisor=77;generation=3;sockets=;children=12:worker:asleep",
        "supervisor=x;generation=3;sockets=;children=",
    ])
    func `what nobody wrote is refused`(text: String) {
        #expect(Inheritance(text: text) == nil)
    }

    @Test func `no mixture of pieces makes the reader fail`() {
        var random = FleetWalkTests.Seeded(state: 5)
        let pieces = Array(sample.text) + ["=", ";", ":", ",", "9", "\u{0}", "Ω"]
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &random)
            let text = (0..<length).map { _ in pieces.randomElement(using: &random) ?? "=" }
            if let read = Inheritance(text: String(text)) { #expect(read.children.isEmpty) }
        }
    }
}

@Suite struct AccountTests {
    let passwd = "root:x:0:0::/root:/bin/sh\nentrepot:x:998:997::/:/bin/false\nbad:x:y:1::/:\n"
    let group = "root:x:0:\nwww-data:x:33:nginx,entrepot\nentrepot:x:997:\nadm:x:4:entrepots\n"

    @Test func `a user is found with the groups that it is a member of`() throws {
        let account = try #require(Account(user: "entrepot", passwd: passwd, group: group))
        #expect(account.user == 998 && account.group == 997 && account.groups == [33])
    }

    @Test func `an unknown or broken user is refused`() {
        #expect(Account(user: "nobody", passwd: passwd, group: group) == nil)
        #expect(Account(user: "bad", passwd: passwd, group: group) == nil)
        #expect(Account(user: "", passwd: passwd, group: group) == nil)
        #expect(throws: Fault.self) { try Account.group(named: "no such group") }
    }
}

@Suite struct ExitStatusTests {
    @Test func `a status of the kernel tells a code from a signal`() {
        #expect(ExitStatus(0x0300) == .exited(3))
        #expect(ExitStatus(0) == .exited(0))
        #expect(ExitStatus(SIGKILL) == .signalled(9))
        #expect(ExitStatus(SIGSEGV | 0x80) == .signalled(11))
    }
}
