/// When the next round may go out.
///
/// Once a hub has written a large round, nginx and the network are at it for much longer. What
/// happens meanwhile goes out together: a write costs them about the same with one event or with
/// five. An event with nothing large before it never waits.
struct Pace {
    /// Of so many who are written to, one is looked at afterwards.
    static let witnessEach = 256
    private static let nanosecondsMax: UInt64 = 250_000_000

    /// The last large round.
    private struct Round {
        let eventCount: Int
        let beganAt: UInt64
        var takenAt: UInt64?
    }

    private var last: Round?

    mutating func began(_ eventCount: Int, isLarge: Bool, at nanoseconds: UInt64) {
        last = isLarge ? Round(eventCount: eventCount, beganAt: nanoseconds) : nil
    }

    /// Whether so many events may go out now: when the last round was taken and as many are there
    /// again, or as much time again has passed.
    mutating func allows(
        _ eventCount: Int,
        at nanoseconds: UInt64,
        _ isTaken: () -> Bool
    ) -> Bool {
        guard var round = last, nanoseconds < round.beganAt + Pace.nanosecondsMax else {
            return true
        }
        if round.takenAt == nil, isTaken() { round.takenAt = nanoseconds }
        last = round
        guard let takenAt = round.takenAt else { return false }
        return eventCount >= round.eventCount
            || nanoseconds >= takenAt + (takenAt - round.beganAt)
    }
}
