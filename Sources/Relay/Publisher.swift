package import Base
package import Database
package import Feed
package import Outbox

/// Keeps the stream in Redis equal to the newest events in MariaDB, whatever happens to Redis.
package struct Publisher {
    /// How far the stream has come.
    package enum Outcome: Equatable {
        case whole
        /// Events are left that a further turn brings on.
        case behind
        case away
    }

    private static let eventsPerStep = 256
    /// More than this behind, and the lease is renewed before it goes on.
    private static let stepsMax = 16

    private let stream: EventStream
    private let database: MariaDB
    private let eventsMax: Int64
    private let log: Log
    /// The newest position in the stream; nothing until Redis was asked.
    private var top: Int64?
    private var trouble = Trouble("no event reaches Redis", over: "events reach Redis again")
    package private(set) var fillings = 0

    package init(
        _ stream: EventStream,
        _ database: MariaDB,
        eventsMax: Int = EventStream.eventsMax,
        log: Log
    ) {
        self.stream = stream
        self.database = database
        self.eventsMax = Int64(eventsMax)
        self.log = log
    }

    /// Redis may have lost the stream since it was last asked.
    package mutating func forget() {
        top = nil
    }

    /// Brings the stream to the last position.
    ///
    /// Fresh events are those that end with it, so that they need not be read again. Without Redis
    /// nothing is done: what is missing is caught up later.
    package mutating func publish(_ fresh: [Event], last: Int64) throws -> Outcome {
        do {
            let isWhole = try advance(fresh, to: last)
            trouble.isOver(log)
            return isWhole ? .whole : .behind
        } catch let error as DatabaseError {
            throw error
        } catch {
            top = nil
            trouble.met(error, log)
            return .away
        }
    }

    private mutating func advance(_ fresh: [Event], to last: Int64) throws -> Bool {
        for _ in 0..<Publisher.stepsMax {
            let top = try self.top ?? stream.top()
            self.top = top
            if top == last { return true }
            guard top < last, top > 0 || last <= eventsMax, last - top <= eventsMax else {
                try fill(last: last)
                continue
            }
            let events = try events(fresh, behind: top, last: last)
            guard events.first?.position == top + 1 else {
                try fill(last: last)
                continue
            }
            switch try stream.append(events) {
            case .appended(let top): self.top = top
            case .gap: try fill(last: last)
            }
        }
        return top == last
    }

    private func events(_ fresh: [Event], behind top: Int64, last: Int64) throws -> [Event] {
        if let first = fresh.first, first.position <= top + 1, fresh.last?.position == last {
            return Array(fresh.drop { $0.position <= top })
        }
        return try EventsStore.following(
            top,
            upTo: last,
            countMax: Publisher.eventsPerStep,
            database
        )
    }

    private mutating func fill(last: Int64) throws {
        fillings += 1
        let beginning = max(0, last - eventsMax)
        let top = try stream.fill { behind in
            try EventsStore.following(
                behind ?? beginning,
                upTo: last,
                countMax: Publisher.eventsPerStep,
                database
            )
        }
        if top > 0 {
            log.info("the stream of events was filled", ["events": .integer(top - beginning)])
        }
        // Where the events themselves were deleted, an empty stream is all there can be.
        self.top = last
    }
}
