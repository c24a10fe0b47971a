/// The steps of an upgrade: wait for calm, try the new binary, wait for calm again, become it.
///
/// Requests while one is under way are one more request, not several.
struct Upgrade {
    enum Step: Equatable {
        case wait, check, abortCheck, exec
    }

    private enum Phase {
        case none, wanted
        case checking(since: Int)
        case aborted, checked
    }

    static let checkMsMax = 5_000

    private var phase = Phase.none
    private var isWantedAgain = false

    var isUnderWay: Bool {
        if case .none = phase { return false }
        return true
    }

    mutating func request() {
        switch phase {
        case .none: phase = .wanted
        case .wanted: break
        // The file may have changed after it was tried.
        case .checking, .aborted, .checked: isWantedAgain = true
        }
    }

    mutating func next(isSettled: Bool, at now: Int) -> Step {
        switch phase {
        case .wanted where isSettled:
            phase = .checking(since: now)
            return .check
        case .checking(let since) where now - since >= Upgrade.checkMsMax:
            phase = .aborted
            return .abortCheck
        case .checked where isSettled:
            return .exec
        default:
            return .wait
        }
    }

    /// The trial run of the new binary has ended.
    mutating func checkEnded(passed: Bool) {
        if case .checking = phase, passed, !isWantedAgain {
            phase = .checked
        } else {
            phase = isWantedAgain ? .wanted : .none
        }
        isWantedAgain = false
    }

    mutating func execFailed() {
        phase = .none
        isWantedAgain = false
    }
}
