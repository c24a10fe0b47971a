import Base
package import Database
package import Leases
package import Outbox

/// Gives committed events their positions, as long as this process has the lease.
package struct Sequencer {
    private let database: MariaDB
    private let lease: Lease
    /// The newest position; nothing until it was looked up, and after anything went wrong.
    package private(set) var last: Int64?

    package init(_ database: MariaDB, _ lease: Lease) {
        self.database = database
        self.lease = lease
    }

    /// Orders what is committed by now; the events with their positions, none when nothing waited.
    package mutating func order() throws -> [Event] {
        let last = try lookUpLast()
        // Until the answer is known to be kept, this process does not know what the last one is.
        self.last = nil
        let events = try database.transaction { tx in
            let waiting = try OutboxStore.waiting(tx)
            guard !waiting.isEmpty else { return [Event]() }
            try lease.confirm(in: tx)
            return try OutboxStore.move(waiting, behind: last, in: tx)
        }
        self.last = last + Int64(events.count)
        return events
    }

    /// What another process may have ordered meanwhile is looked up again.
    package mutating func forget() {
        last = nil
    }

    private mutating func lookUpLast() throws -> Int64 {
        if let last { return last }
        let found = try EventsStore.last(database)
        last = found
        return found
    }
}
