package import Base

/// What a device told last: two whole hours and the one that is not over, in slots, and for how
/// long it has said the very same.
package struct Recent: Sendable, Equatable {
    /// Some minutes, as a roll-up has them.
    package struct Slot: Sendable, Equatable {
        package let startsAt: Instant
        var readings: Int64
        var sum: Double
        var min: Double
        var max: Double

        package init(startsAt: Instant, readings: Int64, sum: Double, min: Double, max: Double) {
            self.startsAt = startsAt
            self.readings = readings
            self.sum = sum
            self.min = min
            self.max = max
        }

        mutating func add(_ more: Slot) {
            readings += more.readings
            sum += more.sum
            min = Swift.min(min, more.min)
            max = Swift.max(max, more.max)
        }
    }

    /// One value, again and again.
    package struct Run: Sendable, Equatable {
        package let value: Double
        package let since: Instant
        package var until: Instant
        package var count: Int64

        package init(value: Double, since: Instant, until: Instant, count: Int64) {
            self.value = value
            self.since = since
            self.until = until
            self.count = count
        }
    }

    package static let slotSeconds: Int64 = 300
    package static let seconds: Int64 = 3 * hourSeconds
    private static let hourSeconds: Int64 = 3600
    /// Of less than this nothing is said of an hour.
    private static let readingsOfHourMin: Int64 = 4
    private static let gapSecondsMax: Int64 = 900

    private var slots: [Slot]
    package private(set) var run: Run?
    private var newest: Instant?

    /// Slots in the order of time.
    package init(_ slots: [Slot] = []) {
        self.slots = slots
        newest = slots.last?.startsAt
        for slot in slots {
            if slot.min != slot.max {
                run = nil
            } else if run?.value == slot.min {
                run?.until = slot.startsAt
                run?.count += slot.readings
            } else {
                run = Run(
                    value: slot.min,
                    since: slot.startsAt,
                    until: slot.startsAt,
                    count: slot.readings
                )
            }
        }
    }

    /// Whether it was newer than all before it; what is not is left to the roll-ups.
    package mutating func see(_ value: Double, at moment: Instant) -> Bool {
        if let newest, moment <= newest { return false }
        newest = moment
        add(value, at: moment)
        if run?.value == value {
            run?.until = moment
            run?.count += 1
        } else {
            run = Run(value: value, since: moment, until: moment, count: 1)
        }
        return true
    }

    /// The two hours before a moment at which one begins; nothing where there are gaps.
    func hours(before start: Instant) -> (last: HourSummary, previous: HourSummary)? {
        guard let last = hour(from: start.adding(seconds: -Recent.hourSeconds)),
            let previous = hour(from: start.adding(seconds: -2 * Recent.hourSeconds))
        else { return nil }
        return (last, previous)
    }

    private mutating func add(_ value: Double, at moment: Instant) {
        let slotMs = Recent.slotSeconds * 1000
        let startsAt = Instant(milliseconds: moment.milliseconds / slotMs * slotMs)
        let slot = Slot(startsAt: startsAt, readings: 1, sum: value, min: value, max: value)
        if let last = slots.indices.last, slots[last].startsAt == startsAt {
            slots[last].add(slot)
            return
        }
        let oldest = moment.adding(seconds: -Recent.seconds - Recent.slotSeconds)
        slots.removeAll { $0.startsAt < oldest }
        slots.append(slot)
    }

    private func hour(from start: Instant) -> HourSummary? {
        let end = start.adding(seconds: Recent.hourSeconds)
        let within = slots.filter { $0.startsAt >= start && $0.startsAt < end }
        guard var whole = within.first, let last = within.last,
            whole.startsAt <= start.adding(seconds: Recent.gapSecondsMax),
            last.startsAt >= end.adding(seconds: -Recent.gapSecondsMax)
        else { return nil }
        for slot in within.dropFirst() { whole.add(slot) }
        guard whole.readings >= Recent.readingsOfHourMin else { return nil }
        return HourSummary(
            mean: whole.sum / Double(whole.readings),
            min: whole.min,
            max: whole.max
        )
    }
}
