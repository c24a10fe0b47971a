package import Base
package import Database
import Leases

/// What the work of a job is given.
package struct JobContext {
    package let database: MariaDB
    package let clock: Clock
    package let log: Log
    /// The name of this host in events.
    package let source: String
    /// How far the job has come, as `advance` left it.
    package let mark: Instant?
    let job: String
    let lease: Lease
    let pulse: () throws -> Void

    /// Between the parts of long work: keeps the lead, and throws when this process has lost it or
    /// is asked to end.
    ///
    /// Not after `transaction` has confirmed the lead, whose row it holds from there on.
    package func goOn() throws {
        try pulse()
    }

    /// Keeps what the body does only if this process still leads at its end: what a leader does
    /// that was replaced meanwhile is undone.
    @discardableResult
    package func transaction<Value>(_ body: (Transaction) throws -> Value) throws -> Value {
        try database.transaction { tx in
            let value = try body(tx)
            try lease.confirm(in: tx)
            return value
        }
    }

    /// The next run finds this as its mark, exactly when the transaction is kept.
    package func advance(to mark: Instant, in tx: Transaction) throws {
        try JobsStore.setMark(mark, of: job, in: tx)
    }

    package func makeID(_ prefix: String) -> String {
        var random = SystemRandomNumberGenerator()
        return Identifier.make(prefix, at: clock.now, random: &random)
    }

    /// Repeats work that does a bounded part at a time until it finds less than a whole part, and
    /// returns how much it was in all.
    ///
    /// What is left after `partsMax` waits for the next run.
    package func inParts(of count: Int, partsMax: Int, _ work: () throws -> Int) throws -> Int {
        var sum = 0
        for _ in 0..<partsMax {
            let part = try work()
            sum += part
            if part < count { break }
            try goOn()
        }
        return sum
    }
}
