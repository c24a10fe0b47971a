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
    private static let heartbeat = Record.stdout(Spelling.heartbeat)

    let slot: Slot
    /// Told when a connection is to be watched for becoming writable, and when no longer.
    var watch: ((_ number: Int32, _ generation: UInt32, _ isBlocked: Bool) -> Void)?
    var window: Window
    var subscribers = Subscribers()
    var cohorts = Cohorts()
    /// Those who are to be brought up to date.
    var behind: [Int32] = []
    /// They know positions that this process does not know yet.
    var ahead: [Int32] = []
    /// Who has come since rights were asked for last.
    var arrived: [Int32] = []
    var rightsRotation = Rotation(wholeMs: 3_000, stepMs: 500)
    /// Who is to be noted as present, and for how many seconds.
    var present: [String: Int64] = [:]
    var presenceRotation = Rotation(wholeMs: 20_000, stepMs: 1_000)
    /// How many were written to in the last round, and the descriptors of some of them.
    var writtenCount = 0
    var witnesses: [Int32] = []
    private(set) var now: Int64 = 0

    init(_ window: Window, slot: Slot) {
        self.window = window
        self.slot = slot
    }

    var count: Int { subscribers.count }
    /// The newest position that all were told of.
    var last: Int64 { window.last }
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
        arrived.append(number)
        (subscribers[number].cohort, subscribers[number].seat) = cohorts.join(grant, number)
        _ = subscribers[number].life.handle(
            .granted(
                endsAt: endsInMs.map { now + max(0, $0) },
                answersBy: grant.waitSeconds.map { now + $0 * 1_000 }
            ),
            at: now
        )
        var head = grant.answeredAt.map(Spelling.head(goingOnTo:)) ?? Spelling.head(grant.headers)
        if isPoll { subscribers[number].head = head }
        subscribers[number].isAnsweredElsewhere = grant.answeredAt != nil
        notePresence(number)
        if isPoll {
            if reset { answer(number, [], isReset: true) } else { behind.append(number) }
        } else {
            head += Spelling.headEnd
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
        where position > window.last || window.reaches(backTo: position):
            if position < window.last { slot.add(.streamReplays, 1) }
            subscribers[number].place = position
            return false
        case .after, .unknown:
            slot.add(.streamResets, 1)
            return true
        }
    }

    /// The order goes on elsewhere: nobody can be told what lies between.
    func restart(at position: Int64) {
        window.restart(at: position)
        let reset = Record.stdout(Array(Spelling.reset(cursor: position).utf8))
        for number in subscribers.numbers where subscribers[number].isOpen {
            let isLive = subscribers[number].life.phase == .live
            switch (isLive, subscribers[number].isPoll) {
            case (true, false): write(reset, to: number)
            case (true, true): answer(number, [], isReset: true)
            // They come back, and are told then.
            case (false, _): handle(number, .mustEnd)
            }
        }
    }

    func tick() {
        for number in subscribers.numbers where subscribers[number].isOpen {
            handle(number, .tick)
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

    /// Whose descriptor is closed already.
    func forget(_ number: Int32) {
        subscribers.remove(number)
    }
}

extension Hub {
    func handle(_ number: Int32, _ occurrence: Life.Occurrence) {
        noteWhatItHas(number)
        perform(subscribers[number].life.handle(occurrence, at: now), on: number)
    }

    /// Whoever is live has everything, and need not be told so at each event.
    func noteWhatItHas(_ number: Int32) {
        if subscribers[number].life.phase == .live { subscribers[number].place = window.last }
    }

    func perform(_ action: Life.Action, on number: Int32) {
        switch action {
        case .nothing, .send: break
        case .catchUp: behind.append(number)
        case .heartbeat: write(Hub.heartbeat, to: number)
        case .answerEmpty: writeAnswer([], isReset: false, to: number)
        case .end: write(Record.end, to: number)
        case .close(let reason): close(number, reason)
        }
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
