import Scoreboard
import Testing

@testable import Supervisor

/// A seeded random walk: processes get ready, crash, hang or refuse to end, an operator reloads.
@Suite struct FleetWalkTests {
    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    static let roles: [ProcessRole] = [.worker, .slow, .relay]

    struct World {
        var random: Seeded
        var fleet: Fleet
        var now = 0
        var sizes: [RoleSize] = []
        var running: Set<ChildID> = []
        var lastStart: [Seat: Int] = [:]
        var starts = 0
        var kills = 0
        var drains = 0
        var isFinished = false

        init(seed: UInt64) {
            random = Seeded(state: seed)
            fleet = Fleet(limits: Fleet.Limits())
            for _ in 0..<3 {
                let isDraining = Bool.random(using: &random)
                running.insert(fleet.adopt(.worker, isDraining: isDraining, at: 0))
            }
        }

        mutating func send(_ event: Fleet.Event) {
            for action in fleet.handle(event, at: now) {
                switch action {
                case .start(let id, let seat, _, _):
                    #expect(running.insert(id).inserted, "a child is started once")
                    lastStart[seat] = now
                    starts += 1
                case .drain(let id):
                    #expect(running.contains(id))
                    drains += 1
                case .kill(let id, _):
                    #expect(running.contains(id))
                    kills += 1
                case .reportAbandoned(let id): running.remove(id)
                case .finish:
                    #expect(running.isEmpty)
                    isFinished = true
                case .reportCrashLoop(_, _, let waitMs):
                    #expect(waitMs > fleet.limits.backoffMsMin)
                    #expect(waitMs <= fleet.limits.backoffMsMax)
                case .reportLateStart: break
                }
            }
            expectInvariants()
        }

        func expectInvariants() {
            #expect(Set(fleet.children.keys) == running)
            for size in sizes {
                let ours = fleet.children.values.filter { $0.role == size.role && $0.seat != nil }
                let serving = ours.count { $0.phase != .draining }
                #expect(serving <= size.count + fleet.limits.surgeMax)
            }
            for (seat, place) in fleet.places {
                #expect(fleet.seats.contains(seat))
                #expect(place.successor == nil || place.holder != nil)
                #expect(place.startNotBefore <= now + fleet.limits.backoffMsMax)
                guard !fleet.isStopping else { continue }
                for id in [place.holder, place.successor].compactMap({ $0 }) {
                    #expect(running.contains(id) && fleet.children[id]?.phase != .draining)
                }
            }
        }

        mutating func plan() {
            sizes = FleetWalkTests.roles.map {
                RoleSize(role: $0, count: Int.random(in: 0...5, using: &random))
            }
            send(.planned(sizes))
        }

        mutating func step() {
            now += Int.random(in: 0...700, using: &random)
            guard let id = running.sorted().randomElement(using: &random) else { return plan() }
            switch Int.random(in: 0..<100, using: &random) {
            case ..<45: send(.ready(id))
            case ..<65: exit(id)
            case ..<70: send(.stuck(id))
            case ..<75: send(.wornOut(id))
            case ..<78: plan()
            default: send(.tick)
            }
        }

        mutating func exit(_ id: ChildID) {
            running.remove(id)
            send(.exited(id))
        }

        /// From here on everybody behaves.
        mutating func calm() {
            for _ in 0..<400 {
                now += 250
                for (id, child) in fleet.children.sorted(by: { $0.key < $1.key }) {
                    if child.phase == .draining || child.killedAt != nil {
                        exit(id)
                    } else if child.phase == .starting {
                        send(.ready(id))
                    }
                }
                send(.tick)
            }
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `whatever happens the bounds hold, and calm restores every seat`(seed: UInt64) {
        var world = World(seed: seed)
        world.plan()
        for _ in 0..<1_000 { world.step() }
        #expect(world.starts > 100 && world.kills > 5 && world.drains > 5)

        world.calm()
        #expect(world.fleet.isSettled)
        for size in world.sizes {
            let children = world.fleet.children.values.filter { $0.role == size.role }
            #expect(children.count == size.count)
            #expect(children.allSatisfy { $0.generation == world.fleet.generation })
        }

        world.send(.stop)
        for _ in 0..<3 { world.step() }
        world.now += world.fleet.limits.drainDeadlineMs
        world.send(.tick)
        for id in world.running.sorted() { world.exit(id) }
        #expect(world.isFinished)
    }
}
