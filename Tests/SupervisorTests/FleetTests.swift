import Scoreboard
import Testing

@testable import Supervisor

/// A fleet with a clock that only the test moves.
struct FleetScript {
    var fleet: Fleet
    var now = 1_000

    init(_ limits: Fleet.Limits = Fleet.Limits(), generation: Int = 0) {
        fleet = Fleet(limits: limits, generation: generation)
    }

    mutating func send(_ event: Fleet.Event, afterMs: Int = 0) -> [Fleet.Action] {
        now += afterMs
        return fleet.handle(event, at: now)
    }

    /// Starts so many workers and makes them ready.
    mutating func serve(_ count: Int) -> [ChildID] {
        let started = send(.planned([RoleSize(role: .worker, count: count)])).started
        for id in started { _ = send(.ready(id)) }
        return started
    }

    func holder(_ index: Int) -> ChildID? {
        fleet.places[Seat(role: .worker, index: index)]?.holder
    }
}

extension [Fleet.Action] {
    var started: [ChildID] {
        compactMap { if case .start(let id, _, _, _) = $0 { id } else { nil } }
    }
    var drained: [ChildID] {
        compactMap { if case .drain(let id) = $0 { id } else { nil } }
    }
    var killed: [ChildID] {
        compactMap { if case .kill(let id, _) = $0 { id } else { nil } }
    }
}

@Suite struct FleetTests {
    let youngMs = Fleet.Limits().youngMs

    @Test func `a plan starts every seat at once`() {
        var script = FleetScript()
        let actions = script.send(
            .planned([RoleSize(role: .worker, count: 2), RoleSize(role: .slow, count: 1)])
        )
        let seats = actions.compactMap {
            if case .start(_, let seat, _, _) = $0 { seat } else { nil }
        }
        #expect(
            seats == [
                Seat(role: .worker, index: 0), Seat(role: .worker, index: 1),
                Seat(role: .slow, index: 0),
            ]
        )
        #expect(!script.fleet.isStarted && script.fleet.isMoving)
        for id in actions.started { _ = script.send(.ready(id)) }
        #expect(script.fleet.isStarted && script.fleet.isSettled && !script.fleet.isMoving)
    }

    @Test func `who lived long and dies is replaced at once in the same seat`() {
        var script = FleetScript()
        let workers = script.serve(2)
        let actions = script.send(.exited(workers[1]), afterMs: youngMs)
        let seat = Seat(role: .worker, index: 1)
        #expect(actions.count == 1 && actions.started.count == 1)
        #expect(
            actions == [.start(actions.started[0], seat, generation: 1, restarts: 1)]
        )
        #expect(script.send(.tick).isEmpty)
    }

    @Test func `who dies young waits longer each time and up to a bound`() {
        var script = FleetScript()
        var id = script.serve(1)[0]
        var waits: [Int] = []
        for _ in 0..<9 {
            #expect(script.send(.exited(id), afterMs: 1).started.isEmpty)
            let diedAt = script.now
            var started: [ChildID] = []
            while started.isEmpty { started = script.send(.tick, afterMs: 10).started }
            waits.append(script.now - diedAt)
            id = started[0]
        }
        #expect(waits == [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000])
    }

    @Test func `who served before it died young is missed for half a second at most`() {
        var script = FleetScript()
        var id = script.serve(1)[0]
        var waits: [Int] = []
        var reported: [Int] = []
        for _ in 0..<6 {
            for case .reportCrashLoop(_, _, let waitMs) in script.send(.exited(id), afterMs: 1) {
                reported.append(waitMs)
            }
            let diedAt = script.now
            var started: [ChildID] = []
            while started.isEmpty { started = script.send(.tick, afterMs: 10).started }
            waits.append(script.now - diedAt)
            id = started[0]
            _ = script.send(.ready(id))
        }
        #expect(waits == [100, 200, 400, 500, 500, 500])
        #expect(reported == [200, 400, 500])
    }

    @Test func `a crash loop is reported once for each step and not for a single death`() {
        var script = FleetScript()
        var id = script.serve(1)[0]
        var reported: [Int] = []
        for _ in 0..<12 {
            for case .reportCrashLoop(_, _, let waitMs) in script.send(.exited(id), afterMs: 1) {
                reported.append(waitMs)
            }
            id = script.send(.tick, afterMs: 10_000).started[0]
        }
        #expect(reported == [200, 400, 800, 1_600, 3_200, 6_400, 10_000])
    }

    @Test func `a crash loop of one seat leaves the others and the start alone`() {
        var script = FleetScript()
        let workers = script.send(.planned([RoleSize(role: .worker, count: 2)])).started
        _ = script.send(.ready(workers[0]))
        #expect(!script.fleet.isStarted)
        _ = script.send(.exited(workers[1]))
        #expect(script.fleet.isStarted && script.fleet.isSettled)
        #expect(script.holder(0) == workers[0])
    }

    @Test func `after a long life the back-off begins anew`() {
        var script = FleetScript()
        var id = script.serve(1)[0]
        for _ in 0..<4 {
            _ = script.send(.exited(id), afterMs: 1)
            id = script.send(.tick, afterMs: 10_000).started[0]
        }
        id = script.send(.exited(id), afterMs: youngMs).started[0]
        _ = script.send(.exited(id), afterMs: 1)
        #expect(script.send(.tick, afterMs: 100).started.count == 1)
    }

    @Test func `a stuck child is killed once and replaced when it is gone`() {
        var script = FleetScript()
        let id = script.serve(1)[0]
        #expect(script.send(.stuck(id), afterMs: 60_000) == [.kill(id, .requestDeadline)])
        #expect(script.send(.stuck(id), afterMs: 20).isEmpty)
        #expect(script.send(.exited(id), afterMs: 20).started.count == 1)
    }

    @Test func `a wedged child is killed as well, and its log says why`() {
        var script = FleetScript()
        let id = script.serve(1)[0]
        #expect(script.send(.wedged(id), afterMs: 60_000) == [.kill(id, .wedged)])
        #expect(script.send(.stuck(id), afterMs: 20).isEmpty)
        #expect(script.send(.exited(id), afterMs: 20).started.count == 1)
    }

    @Test func `a killed child that does not vanish is given up`() {
        var script = FleetScript()
        let id = script.serve(1)[0]
        _ = script.send(.stuck(id), afterMs: 60_000)
        #expect(script.send(.tick, afterMs: 4_999).isEmpty)
        let actions = script.send(.tick, afterMs: 1)
        #expect(actions.first == .reportAbandoned(id) && actions.started.count == 1)
        #expect(script.send(.exited(id)).isEmpty)
    }

    @Test func `a worn out child serves until its replacement is ready`() {
        var script = FleetScript()
        let old = script.serve(1)[0]
        let actions = script.send(.wornOut(old))
        #expect(actions.drained.isEmpty && actions.started.count == 1)
        #expect(script.send(.wornOut(old)).isEmpty)
        let new = actions.started[0]
        #expect(script.send(.ready(new)) == [.drain(old)])
        #expect(script.holder(0) == new)
        #expect(script.send(.exited(old)).isEmpty)
    }
}

@Suite struct FleetReloadTests {
    let two = [RoleSize(role: .worker, count: 2)]

    @Test func `a reload replaces a few at a time and only by who is ready`() {
        var script = FleetScript()
        let old = script.serve(5)
        let plan = [RoleSize(role: .worker, count: 5)]
        var new = script.send(.planned(plan)).started
        #expect(new.count == 2)
        #expect(script.send(.tick, afterMs: 100).isEmpty)
        var replaced: [ChildID] = []
        while let next = new.first {
            new.removeFirst()
            let actions = script.send(.ready(next))
            #expect(actions.drained.count == 1)
            replaced += actions.drained
            new += actions.started
            #expect(new.count <= 2)
        }
        #expect(replaced == old)
        #expect(script.fleet.isSettled)
    }

    @Test func `who never says ready takes over after a bounded time`() {
        var script = FleetScript()
        let old = script.serve(1)[0]
        let new = script.send(.planned([RoleSize(role: .worker, count: 1)])).started[0]
        #expect(script.send(.tick, afterMs: 9_999).isEmpty)
        #expect(script.send(.tick, afterMs: 1) == [.reportLateStart(new), .drain(old)])
    }

    @Test func `a new generation that crashes leaves the old one serving`() {
        var script = FleetScript()
        let old = script.serve(2)
        var new = script.send(.planned(two)).started
        for _ in 0..<5 {
            for id in new { #expect(script.send(.exited(id), afterMs: 1).drained.isEmpty) }
            new = script.send(.tick, afterMs: 10_000).started
            #expect(new.count == 2)
        }
        #expect(script.holder(0) == old[0] && script.holder(1) == old[1])
        #expect(script.fleet.isSettled)
    }

    @Test func `a holder that dies hands its seat to the successor that was starting`() {
        var script = FleetScript()
        let old = script.serve(1)[0]
        let new = script.send(.planned([RoleSize(role: .worker, count: 1)])).started[0]
        #expect(script.send(.exited(old), afterMs: 20_000 - 11_000).started.isEmpty)
        #expect(script.holder(0) == new)
    }

    @Test func `a smaller plan retires the rest and a larger one fills up`() {
        var script = FleetScript()
        let old = script.serve(3)
        let smaller = script.send(.planned([RoleSize(role: .worker, count: 1)]))
        #expect(smaller.drained == [old[1], old[2]])
        let larger = script.send(.planned(two))
        #expect(larger.started.count == 1 && larger.drained.isEmpty)
        #expect(script.fleet.seats.count == 2)
    }

    // Reloads one after the other must not leave a pile of processes that drain: each generation
    // waits until the one before the last is gone.
    @Test func `reloads in quick succession do not pile up processes`() {
        var script = FleetScript()
        _ = script.serve(4)
        for _ in 0..<8 {
            let plan = [RoleSize(role: .worker, count: 4)]
            var new = script.send(.planned(plan), afterMs: 50).started
            while let next = new.popLast() { new += script.send(.ready(next)).started }
        }
        let draining = script.fleet.children.values.count { $0.phase == .draining }
        #expect(draining <= 4 + script.fleet.limits.surgeMax)
        #expect(!script.fleet.isSettled)
        while let id = script.fleet.children.first(where: { $0.value.phase == .draining })?.key {
            var new = script.send(.exited(id), afterMs: 50).started
            while let next = new.popLast() { new += script.send(.ready(next)).started }
        }
        #expect(script.fleet.isSettled)
        #expect(script.fleet.children.values.allSatisfy { $0.generation == 9 })
    }

    @Test func `who drains for too long is killed and not replaced`() {
        var script = FleetScript()
        let old = script.serve(1)[0]
        let new = script.send(.planned([RoleSize(role: .worker, count: 1)])).started[0]
        _ = script.send(.ready(new))
        #expect(script.send(.tick, afterMs: 19_999).isEmpty)
        #expect(script.send(.tick, afterMs: 1) == [.kill(old, .drainDeadline)])
        #expect(script.send(.exited(old)).isEmpty)
    }
}

@Suite struct FleetStopTests {
    @Test func `a stop drains everybody and ends when the last is gone`() {
        var script = FleetScript()
        let workers = script.serve(2)
        #expect(script.send(.stop).drained == workers)
        #expect(script.send(.exited(workers[0])).isEmpty)
        #expect(script.send(.planned([RoleSize(role: .worker, count: 9)])).isEmpty)
        #expect(script.send(.exited(workers[1])) == [.finish])
        #expect(script.send(.tick).isEmpty)
    }

    @Test func `who does not end within the drain deadline of a stop is killed`() {
        var script = FleetScript()
        let id = script.serve(1)[0]
        _ = script.send(.stop)
        #expect(script.send(.tick, afterMs: 19_999).isEmpty)
        #expect(script.send(.tick, afterMs: 1) == [.kill(id, .drainDeadline)])
    }

    @Test func `a second stop kills at once, the draining ones of a reload too`() {
        var script = FleetScript()
        let old = script.serve(1)[0]
        let new = script.send(.planned([RoleSize(role: .worker, count: 1)])).started[0]
        _ = script.send(.ready(new))
        #expect(script.send(.stop).drained == [new])
        #expect(script.send(.stop) == [.kill(old, .secondStop), .kill(new, .secondStop)])
        #expect(script.send(.stop).isEmpty)
    }

    @Test func `a stop without children ends at once`() {
        var script = FleetScript()
        #expect(script.send(.stop) == [.finish])
    }
}

@Suite struct FleetUpgradeTests {
    @Test func `inherited children serve until their role is taken over completely`() {
        var script = FleetScript(generation: 4)
        let worker = script.fleet.adopt(.worker, isDraining: false, at: 1_000)
        let slow = script.fleet.adopt(.slow, isDraining: false, at: 1_000)
        let actions = script.send(
            .planned([RoleSize(role: .worker, count: 2), RoleSize(role: .slow, count: 1)])
        )
        let new = actions.started
        #expect(new.count == 3 && actions.drained.isEmpty)
        #expect(script.fleet.generation == 5)
        #expect(script.send(.ready(new[0])).isEmpty)
        #expect(script.send(.ready(new[1])) == [.drain(worker)])
        #expect(!script.fleet.isSettled)
        #expect(script.send(.ready(new[2])) == [.drain(slow)])
        #expect(script.fleet.isSettled)
    }

    @Test func `inherited children go on while the new image's crash`() {
        var script = FleetScript()
        let worker = script.fleet.adopt(.worker, isDraining: false, at: 1_000)
        var new = script.send(.planned([RoleSize(role: .worker, count: 1)])).started
        for _ in 0..<5 {
            #expect(script.send(.exited(new[0]), afterMs: 1).drained.isEmpty)
            new = script.send(.tick, afterMs: 10_000).started
        }
        #expect(script.send(.ready(new[0])) == [.drain(worker)])
    }

    @Test func `an inherited child of a role that is gone is retired at once`() {
        var script = FleetScript()
        let hub = script.fleet.adopt(.hub, isDraining: false, at: 1_000)
        #expect(script.send(.planned([RoleSize(role: .worker, count: 1)])).drained == [hub])
    }

    @Test func `an inherited child that dies or drains is neither replaced nor told again`() {
        var script = FleetScript()
        let draining = script.fleet.adopt(.worker, isDraining: true, at: 1_000)
        let serving = script.fleet.adopt(.worker, isDraining: false, at: 1_000)
        let new = script.send(.planned([RoleSize(role: .worker, count: 1)])).started
        #expect(script.send(.exited(serving)).isEmpty)
        #expect(script.send(.ready(new[0])).isEmpty)
        #expect(script.send(.tick, afterMs: 20_000) == [.kill(draining, .drainDeadline)])
    }
}
