package import Base
package import Database
package import Outbox
package import Redis

/// Everything that happens after a position, in the one order, without a gap and without a double.
///
/// Redis tells at once, MariaDB knows: it is asked whenever Redis is away, has a hole or says
/// nothing for a while. A look may wait for either for the time limits of their settings.
package final class EventFeed {
    /// What a look brought.
    package enum Outcome: Equatable {
        /// They follow on from what was handed out before; none: there is nothing now.
        case events([Event])
        /// What lay between is gone for good: the history was deleted or restored.
        case jumped(to: Int64)
    }

    package static let eventsPerLook = 512
    /// Redis could have lost something unnoticed: who hears nothing asks MariaDB as often as this.
    private static let checkMs = 1_000
    /// How often MariaDB is asked while Redis cannot tell.
    private static let pollMs = 200

    private enum Source: String {
        case redis = "Redis"
        case database = "MariaDB"
    }

    /// Everything up to here was handed out.
    package private(set) var position: Int64
    private let subscription: RedisSubscription
    private let stream: EventStream
    private let database: MariaDB
    private let log: Log
    /// The clock of the pauses between looks.
    private let nanoseconds: () -> UInt64
    private var source = Source.redis
    private var trouble = Trouble(
        "MariaDB tells of no events",
        over: "MariaDB tells of events again"
    )
    private var checkedAt: UInt64?
    /// How often in a row MariaDB had what Redis did not have.
    private var timesBehind = 0

    package init(
        _ redis: RedisSettings,
        _ database: MariaDB,
        after position: Int64,
        log: Log,
        nanoseconds: @escaping () -> UInt64 = monotonicNanoseconds
    ) {
        self.position = position
        self.database = database
        self.log = log
        self.nanoseconds = nanoseconds
        let patient = EventFeed.patient(redis)
        subscription = RedisSubscription(patient, channel: EventStream.channel)
        stream = EventStream(RedisConnection(patient))
    }

    /// The same server for whoever has others waiting.
    package static func hasty(_ settings: DatabaseSettings) -> DatabaseSettings {
        var settings = settings
        settings.answerTimeoutSeconds = 2
        settings.statementTimeoutMs = 1_500
        settings.lockWaitSeconds = 1
        settings.statementsMax = 40
        return settings
    }

    /// A moment without Redis costs those who follow more than a moment's wait.
    private static func patient(_ settings: RedisSettings) -> RedisSettings {
        var settings = settings
        settings.connectMsMax = max(settings.connectMsMax, 100)
        settings.commandMsMax = max(settings.commandMsMax, 200)
        settings.callMsMax = max(settings.callMsMax, 300)
        return settings
    }

    /// Readable when something came; nothing while Redis is away.
    package var descriptor: Int32? { subscription.descriptor }

    /// Whoever waits looks again after this at the latest.
    package var restMs: Int {
        isPrompt ? EventFeed.checkMs : EventFeed.pollMs
    }

    private var isPrompt: Bool {
        source == .redis && timesBehind == 0 && subscription.descriptor != nil
    }

    package func next() -> Outcome {
        // Connected, and what was heard forgotten, before the look: what comes later is heard.
        if !subscription.drain() { _ = subscription.connect() }
        let heard = heard()
        if let heard, let last = heard.last {
            turn(to: .redis, because: nil)
            timesBehind = 0
            position = last.position
            checkedAt = nanoseconds()
            return .events(heard)
        }
        guard isCheckDue else { return .events([]) }
        let outcome = looked()
        if heard != nil, outcome == .events([]) {
            turn(to: .redis, because: nil)
            timesBehind = 0
        }
        return outcome
    }

    /// What Redis tells, which may be nothing; no answer when it is away or has a gap.
    private func heard() -> [Event]? {
        do {
            let events = try stream.following(position, countMax: EventFeed.eventsPerLook)
            guard follows(events) else { throw Fault("the stream in Redis has a gap") }
            return events
        } catch {
            turn(to: .database, because: "\(error)")
            return nil
        }
    }

    private var isCheckDue: Bool {
        guard let checkedAt else { return true }
        return nanoseconds() >= checkedAt + UInt64(restMs) * 1_000_000
    }

    private func looked() -> Outcome {
        checkedAt = nanoseconds()
        do {
            let outcome = try look()
            trouble.isOver(log)
            return outcome
        } catch {
            trouble.met(error, log)
            return .events([])
        }
    }

    private func look() throws -> Outcome {
        let events = try EventsStore.following(
            position,
            upTo: .max,
            countMax: EventFeed.eventsPerLook,
            database
        )
        guard let last = events.last else { return try nothingFollows() }
        if follows(events) {
            // Once says nothing: a relay gives events their places before it tells Redis.
            timesBehind += 1
            if timesBehind > 1 { turn(to: .database, because: "the stream in Redis is behind") }
            position = last.position
            return .events(events)
        }
        return jump(to: events[0].position - 1)
    }

    /// A node of a cluster may be behind what Redis has told already; behind what all nodes have
    /// is only who holds positions that a restored database never gave.
    private func nothingFollows() throws -> Outcome {
        if try EventsStore.last(database) >= position { return .events([]) }
        let last = try EventsStore.lastOfAll(database)
        return last >= position ? .events([]) : jump(to: last)
    }

    private func jump(to position: Int64) -> Outcome {
        log.warning(
            "the order of events goes on elsewhere",
            ["from": .integer(self.position), "to": .integer(position)]
        )
        self.position = position
        return .jumped(to: position)
    }

    private func follows(_ events: [Event]) -> Bool {
        zip(events, (position + 1)...).allSatisfy { $0.position == $1 }
    }

    private func turn(to source: Source, because reason: String?) {
        guard source != self.source else { return }
        self.source = source
        var fields: JSONObject = ["source": .string(source.rawValue)]
        if let reason { fields["reason"] = .string(reason) }
        log.write(source == .redis ? .info : .warning, "events come from elsewhere", fields)
    }
}
