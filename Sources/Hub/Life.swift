/// The life of one subscriber's connection: what happens goes in, what is to be done comes out.
///
/// It knows neither descriptors nor clocks; times are milliseconds of the caller's clock.
package struct Life: Equatable {
    package static let requestMsMax: Int64 = 5_000
    package static let heartbeatMs: Int64 = 15_000
    /// So many bytes of events may wait for a subscriber that does not read.
    package static let owedBytesMax = 256 * 1024
    /// Who reads nothing at all for so long is gone, however little waits.
    package static let stallMsMax: Int64 = 30_000
    package static let endingMsMax: Int64 = 2_000

    /// Where a connection is.
    package enum Phase: UInt8, Sendable {
        /// Its request has not come.
        case accepted
        /// Events before the newest are being written.
        case catchingUp
        /// It has everything, as far as the socket took it.
        case live
        /// The socket takes no more for the moment.
        case blocked
        /// The last bytes are on their way.
        case ending
        case gone
    }

    /// What may happen to it.
    package enum Occurrence: Equatable, Sendable {
        /// It may follow: for ever or until a time, or it polls and has its answer by then.
        case granted(endsAt: Int64?, answersBy: Int64?)
        /// Nothing is left between what it has and the newest event.
        case caughtUp
        /// There is an answer to the poll.
        case found
        /// There are new events for it.
        case round(bytes: Int)
        /// The socket took all that there was, or a part.
        case wrote(isWhole: Bool)
        case tick
        /// Its rights are gone, or the process ends.
        case mustEnd
        /// The other side has closed.
        case left
    }

    /// What is to be done about it.
    package enum Action: Equatable, Sendable {
        case nothing
        case catchUp
        /// Write the new events; for a poll, the answer.
        case send
        case heartbeat
        /// Answer the poll with an empty list.
        case answerEmpty
        /// Say that the answer is complete, behind whatever still waits.
        case end
        case close(Reason)
    }

    /// Why a connection is closed.
    package enum Reason: Sendable {
        case done, left, cutOff, silent
    }

    package private(set) var phase = Phase.accepted
    private var isPoll = false
    private var endsAt = Int64.max
    /// Of the heartbeat, the poll's answer, or the end of patience.
    private var dueAt: Int64
    private var owedBytes = 0

    package init(at now: Int64) {
        dueAt = now + Life.requestMsMax
    }

    package mutating func handle(_ occurrence: Occurrence, at now: Int64) -> Action {
        if occurrence == .left { return close(.left) }
        switch phase {
        case .accepted: return handleAccepted(occurrence, now)
        case .catchingUp: return handleCatchingUp(occurrence, now)
        case .live: return handleLive(occurrence, now)
        case .blocked: return handleBlocked(occurrence, now)
        case .ending: return handleEnding(occurrence, now)
        case .gone: return .nothing
        }
    }

    private mutating func handleAccepted(_ occurrence: Occurrence, _ now: Int64) -> Action {
        switch occurrence {
        case .granted(let endsAt, let answersBy):
            phase = .catchingUp
            self.endsAt = endsAt ?? .max
            isPoll = answersBy != nil
            dueAt = answersBy ?? now + Life.heartbeatMs
            return .catchUp
        case .tick: return now >= dueAt ? close(.silent) : .nothing
        case .mustEnd: return close(.done)
        default: return .nothing
        }
    }

    private mutating func handleCatchingUp(_ occurrence: Occurrence, _ now: Int64) -> Action {
        switch occurrence {
        case .caughtUp:
            if isPoll, now >= dueAt { return end(now) }
            phase = .live
            return .nothing
        case .found where isPoll: return finish(.send, now)
        case .wrote(let isWhole):
            if isWhole { return .catchUp }
            block(now)
            return .nothing
        case .tick where now >= endsAt: return end(now)
        case .mustEnd: return end(now)
        default: return .nothing
        }
    }

    private mutating func handleLive(_ occurrence: Occurrence, _ now: Int64) -> Action {
        switch occurrence {
        case .round: return isPoll ? finish(.send, now) : .send
        case .found where isPoll: return finish(.send, now)
        case .wrote(let isWhole):
            if !isWhole { block(now) }
            return .nothing
        case .tick:
            if now >= endsAt { return end(now) }
            guard now >= dueAt else { return .nothing }
            if isPoll { return end(now) }
            dueAt = now + Life.heartbeatMs
            return .heartbeat
        case .mustEnd: return end(now)
        default: return .nothing
        }
    }

    private mutating func handleBlocked(_ occurrence: Occurrence, _ now: Int64) -> Action {
        switch occurrence {
        case .round(let bytes):
            owedBytes += bytes
            return owedBytes > Life.owedBytesMax ? close(.cutOff) : .nothing
        case .wrote(let isWhole):
            dueAt = now + Life.stallMsMax
            guard isWhole else { return .nothing }
            phase = .catchingUp
            dueAt = now + Life.heartbeatMs
            return .catchUp
        case .tick:
            if now >= endsAt { return end(now) }
            return now >= dueAt ? close(.cutOff) : .nothing
        case .mustEnd: return end(now)
        default: return .nothing
        }
    }

    private mutating func handleEnding(_ occurrence: Occurrence, _ now: Int64) -> Action {
        switch occurrence {
        case .wrote(let isWhole): return isWhole ? close(.done) : .nothing
        case .tick: return now >= dueAt ? close(.cutOff) : .nothing
        default: return .nothing
        }
    }

    private mutating func block(_ now: Int64) {
        phase = .blocked
        owedBytes = 0
        dueAt = now + Life.stallMsMax
    }

    private mutating func end(_ now: Int64) -> Action {
        finish(isPoll ? .answerEmpty : .end, now)
    }

    private mutating func finish(_ action: Action, _ now: Int64) -> Action {
        phase = .ending
        dueAt = now + Life.endingMsMax
        return action
    }

    private mutating func close(_ reason: Reason) -> Action {
        guard phase != .gone else { return .nothing }
        phase = .gone
        return .close(reason)
    }
}
