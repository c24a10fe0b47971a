import Base
import Glibc
import Outbox
import Scoreboard

/// All subscribers of a process: whoever may follow is brought up to date from the window, and from
/// then on is written what happens as it happens.
///
/// It writes to descriptors and never waits for one. Who becomes writable, and what the time is, it
/// is told.
final class Hub {
    private static let replayBytesMax = 32 * 1024
    private static let replayPositionsMax: Int64 = 2_000
    private static let pollItemsMax = 500
    private static let pollBytesMax = 512 * 1024

    private let slot: Slot
    /// Told whether a connection is to be watched for becoming writable.
    var watch: (_ number: Int32, _ generation: UInt32, _ descriptor: Int32, Bool) -> Void = {
        _,
        _,
        _,
        _ in
    }
    private var window: Window
    private var subscribers = Subscribers()
    private var cohorts = Cohorts()
    /// Those who are to be brought up to date.
    private var behind: [Int32] = []
    /// They know positions that this process does not know yet.
    private var ahead: [Int32] = []
    private var rights = RightsRound()
    private(set) var now: Int64 = 0

    init(_ window: Window, slot: Slot) {
        self.window = window
        self.slot = slot
    }

    var count: Int { subscribers.count }
    var isBehind: Bool { !behind.isEmpty }

    func looked(at milliseconds: Int64) {
        now = milliseconds
    }

    /// A connection whose request is still to come.
    func accept(_ descriptor: Int32) -> (number: Int32, generation: UInt32) {
        let number = subscribers.add(descriptor, at: now)
        return (number, subscribers[number].generation)
    }

    func isCurrent(_ number: Int32, _ generation: UInt32) -> Bool {
        subscribers[number].isOpen && subscribers[number].generation == generation
    }

    func awaitsRequest(_ number: Int32) -> Bool {
        subscribers[number].life.phase == .accepted
    }

    func descriptor(_ number: Int32) -> Int32 { subscribers[number].descriptor }

    /// Whoever asked may follow.
    func begin(_ number: Int32, _ grant: Grant, endsInMs: Int64?) {
        let isPoll = grant.waitSeconds != nil
        let reset = place(number, grant.beginning)
        subscribers[number].userID = grant.follower.userID
        subscribers[number].warrant = grant.warrant
        if grant.warrant?.basis != nil { rights.note(number) }
        (subscribers[number].cohort, subscribers[number].seat) = cohorts.join(grant, number)
        _ = subscribers[number].life.handle(
            .granted(
                endsAt: endsInMs.map { now + max(0, $0) },
                answersBy: grant.waitSeconds.map { now + $0 * 1_000 }
            ),
            at: now
        )
        var head = Spelling.head(grant.headers)
        if isPoll {
            subscribers[number].head = head
            if reset { answer(number, [], isReset: true) } else { behind.append(number) }
        } else {
            head += Spelling.opening(
                grant.topics,
                cursor: subscribers[number].place,
                isReset: reset
            )
            write(Record.stdout(head), to: number)
        }
    }

    /// Where it begins; whether it has missed something.
    private func place(_ number: Int32, _ beginning: Grant.Beginning) -> Bool {
        subscribers[number].place = window.last
        switch beginning {
        case .now: return false
        case .after(let position)
        where position > window.last
            || window.reaches(backTo: position):
            if position < window.last { slot.add(.streamReplays, 1) }
            subscribers[number].place = position
            return false
        case .after, .unknown:
            slot.add(.streamResets, 1)
            return true
        }
    }

    /// What has happened since, in order.
    func deliver(_ events: [Event]) {
        for event in events { window.append(event) }
        var texts: [[RoundText.View]: RoundText] = [:]
        for (cohort, events) in cohorts.concerned(by: events) {
            deliver(events, to: cohort, &texts)
        }
        behind += ahead
        ahead.removeAll(keepingCapacity: true)
    }

    /// The order goes on elsewhere: nobody can be told what lies between.
    func restart(at position: Int64) {
        window.restart(at: position)
        let reset = Record.stdout(Array(Spelling.reset(cursor: position).utf8))
        for number in subscribers.numbers where subscribers[number].isOpen {
            if subscribers[number].life.phase == .live, !subscribers[number].isPoll {
                write(reset, to: number)
            } else {
                handle(number, .mustEnd)
            }
        }
    }

    /// Brings those up to date who are not, each by a piece, so that nobody waits for one.
    func catchUp() {
        let numbers = behind
        behind.removeAll(keepingCapacity: true)
        for number in numbers where subscribers[number].life.phase == .catchingUp {
            catchUp(number)
        }
    }

    func tick() {
        for number in subscribers.numbers where subscribers[number].isOpen {
            handle(number, .tick)
        }
    }

    /// Ends those whose rights are gone, or are others than they were.
    func checkRights(_ ask: RightsPort) throws {
        guard rights.isDue(at: now) else { return }
        var rest = rights.turn(of: subscribers.numbers)[...]
        while !rest.isEmpty {
            let asked = rest.prefix(RightsRound.basesMax)
            rest = rest.dropFirst(RightsRound.basesMax)
            let bases = Set(asked.compactMap { subscribers[$0].warrant?.basis })
            guard !bases.isEmpty else { continue }
            let versions = try ask(Array(bases))
            for number in asked {
                guard let warrant = subscribers[number].warrant, let basis = warrant.basis,
                    versions[basis] != warrant.version
                else { continue }
                slot.add(.streamRightsLost, 1)
                end(number)
            }
        }
    }

    /// The other side has closed.
    func left(_ number: Int32) {
        handle(number, .left)
    }

    /// The process ends, or the rights are gone.
    func end(_ number: Int32) {
        handle(number, .mustEnd)
    }

    func endAll() {
        for number in subscribers.numbers where subscribers[number].isOpen { end(number) }
    }

    func becameWritable(_ number: Int32) {
        guard let rest = subscribers[number].rest else { return }
        subscribers[number].rest = nil
        write(rest.bytes, from: rest.written, to: number, wasBlocked: true)
    }

    /// Whose descriptor is closed already.
    func forget(_ number: Int32) {
        subscribers.remove(number)
    }
}

extension Hub {
    private func deliver(
        _ events: [Event],
        to cohort: Int,
        _ texts: inout [[RoundText.View]: RoundText]
    ) {
        guard let (follower, topics) = cohorts.all[cohort].map({ ($0.follower, $0.topics) }) else {
            return
        }
        let common = views(events, follower, topics)
        let owners = owners(events, common, follower, topics)
        let text = text(common, &texts)
        var seat = (cohorts.all[cohort]?.members.count ?? 0) - 1
        // Backwards: whoever leaves meanwhile is replaced by one who was written to already.
        while seat >= 0 {
            if let number = cohorts.all[cohort]?.members[seat] {
                if !owners.isEmpty, owners.contains(subscribers[number].userID) {
                    var own = follower
                    own.userID = subscribers[number].userID
                    send(self.text(views(events, own, topics), &texts), to: number)
                } else {
                    send(text, to: number)
                }
            }
            seat -= 1
        }
    }

    private func views(
        _ events: [Event],
        _ follower: Follower,
        _ topics: [Topic]
    ) -> [RoundText.View] {
        events.compactMap { event in
            let sight = follower.sight(of: event, through: topics)
            guard sight != .nothing else { return nil }
            return RoundText.View(position: event.position, sight: sight)
        }
    }

    /// Who sees more of one of the events than others of the cohort, since it tells of them.
    private func owners(
        _ events: [Event],
        _ common: [RoundText.View],
        _ follower: Follower,
        _ topics: [Topic]
    ) -> Set<String> {
        var owners: Set<String> = []
        let seen = Dictionary(uniqueKeysWithValues: common.map { ($0.position, $0.sight) })
        for event in events {
            guard let userID = event.userID, seen[event.position] != .everything else { continue }
            var own = follower
            own.userID = userID
            if own.sight(of: event, through: topics) > seen[event.position] ?? .nothing {
                owners.insert(userID)
            }
        }
        return owners
    }

    private func text(
        _ views: [RoundText.View],
        _ texts: inout [[RoundText.View]: RoundText]
    ) -> RoundText {
        if let known = texts[views] { return known }
        let text = RoundText(views, &window)
        texts[views] = text
        return text
    }

    private func send(_ text: RoundText, to number: Int32) {
        guard !text.isEmpty else { return }
        let occurrence = Life.Occurrence.round(bytes: text.records.count)
        switch subscribers[number].life.handle(occurrence, at: now) {
        case .send:
            slot.add(.streamDeliveries, 1)
            if subscribers[number].isPoll {
                answer(number, text.items(&window), isReset: false)
            } else {
                write(text.records, to: number)
            }
        case let other: perform(other, on: number)
        }
    }
}

extension Hub {
    private func catchUp(_ number: Int32) {
        var place = subscribers[number].place
        guard place <= window.last else {
            ahead.append(number)
            return
        }
        guard window.reaches(backTo: place) else {
            perform(.close(.cutOff), on: number)
            return
        }
        let isPoll = subscribers[number].isPoll
        let end = min(window.last, place + Hub.replayPositionsMax)
        var text: [UInt8] = []
        var count = 0
        if let cohort = cohorts.all[subscribers[number].cohort] {
            var follower = cohort.follower
            follower.userID = subscribers[number].userID
            while place < end, isPoll ? count < Hub.pollItemsMax : true,
                text.count < (isPoll ? Hub.pollBytesMax : Hub.replayBytesMax)
            {
                place += 1
                let event = window.event(at: place)
                let sight = follower.sight(of: event, through: cohort.topics)
                guard let envelope = window.envelope(at: place, for: sight) else { continue }
                count += 1
                if isPoll {
                    Spelling.append(item: event, envelope, to: &text)
                } else {
                    Spelling.append(event: event, envelope, to: &text)
                }
            }
        }
        subscribers[number].place = place
        if isPoll, count > 0 {
            answer(number, text, isReset: false)
        } else if count > 0 {
            write(Record.stdout(text), to: number)
        } else if place < window.last {
            behind.append(number)
        } else {
            handle(number, .caughtUp)
        }
    }

    private func handle(_ number: Int32, _ occurrence: Life.Occurrence) {
        if subscribers[number].life.phase == .live { subscribers[number].place = window.last }
        perform(subscribers[number].life.handle(occurrence, at: now), on: number)
    }

    private func perform(_ action: Life.Action, on number: Int32) {
        switch action {
        case .nothing, .send: break
        case .catchUp: behind.append(number)
        case .heartbeat: write(Record.stdout(Spelling.heartbeat), to: number)
        case .answerEmpty: write(answerBytes(number, [], isReset: false), to: number)
        case .end: write(Record.end, to: number)
        case .close(let reason): close(number, reason)
        }
    }

    private func answer(_ number: Int32, _ items: [UInt8], isReset: Bool) {
        if subscribers[number].life.phase == .catchingUp {
            _ = subscribers[number].life.handle(.found, at: now)
        } else {
            subscribers[number].place = window.last
        }
        write(answerBytes(number, items, isReset: isReset), to: number)
    }

    private func answerBytes(_ number: Int32, _ items: [UInt8], isReset: Bool) -> [UInt8] {
        let text = Spelling.poll(
            items: items,
            cursor: subscribers[number].place,
            isReset: isReset
        )
        return Record.stdout(subscribers[number].head + text) + Record.end
    }

    /// Behind what still waits, if anything does.
    private func write(_ bytes: [UInt8], to number: Int32) {
        guard let rest = subscribers[number].rest else {
            write(bytes, from: 0, to: number, wasBlocked: false)
            return
        }
        subscribers[number].rest = nil
        write(Array(rest.bytes[rest.written...]) + bytes, from: 0, to: number, wasBlocked: true)
    }

    private func write(_ bytes: [UInt8], from start: Int, to number: Int32, wasBlocked: Bool) {
        let descriptor = subscribers[number].descriptor
        let written = bytes.withUnsafeBytes {
            Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
        }
        if written < 0, errno != EAGAIN, errno != EINTR {
            handle(number, .left)
            return
        }
        let end = start + max(0, written)
        let isWhole = end == bytes.count
        if !isWhole { subscribers[number].rest = .init(bytes: bytes, written: end) }
        if isWhole == wasBlocked {
            watch(number, subscribers[number].generation, descriptor, !isWhole)
        }
        // Nothing was taken: that is no sign of life.
        guard isWhole || written > 0 || !wasBlocked else { return }
        handle(number, .wrote(isWhole: isWhole))
    }

    private func close(_ number: Int32, _ reason: Life.Reason) {
        if reason == .cutOff { slot.add(.streamCutOffs, 1) }
        Glibc.close(subscribers[number].descriptor)
        let (cohort, seat) = (subscribers[number].cohort, subscribers[number].seat)
        if cohort >= 0, let moved = cohorts.leave(cohort, seat: seat) {
            subscribers[moved].seat = seat
        }
        subscribers.remove(number)
    }
}
