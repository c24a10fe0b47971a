package import Base
package import Database
package import Leases

/// Runs the jobs at their times, as long as this process leads among all hosts.
///
/// It leads by a lease, renewed on a connection of its own. Whatever it records is fenced by the
/// lease: a leader that hung, and was replaced meanwhile, finds that nothing of its is kept.
package final class JobClock {
    package static let duty = "clock"
    /// With a renewal every 3 s a killed leader is replaced after 7 to 11 s.
    package static let leaseMs = 10_000
    private static let renewalNanoseconds: UInt64 = 3_000_000_000
    private static let lookMs: Int64 = 1000

    private let jobs: [Job]
    private let lease: Lease
    private let place: String
    private let source: String
    /// For the lease alone: the other may be in a long transaction.
    private let duties: MariaDB
    private let database: MariaDB
    private let clock: Clock
    private let log: Log
    /// Called while it works: says that it lives, and returns whether it is asked to end.
    private let isAskedToEnd: () -> Bool
    private var isLeading = false
    private var renewedAt: UInt64 = 0

    /// The process is asked to end, in the middle of a job.
    private struct Ending: Error {}

    package init(
        _ jobs: [Job],
        lease: Lease,
        place: String,
        source: String,
        duties: MariaDB,
        database: MariaDB,
        clock: Clock,
        log: Log,
        isAskedToEnd: @escaping () -> Bool
    ) {
        precondition(Set(jobs.map(\.name)).count == jobs.count, "two jobs have one name")
        self.jobs = jobs
        self.lease = lease
        self.place = place
        self.source = source
        self.duties = duties
        self.database = database
        self.clock = clock
        self.log = log
        self.isAskedToEnd = isAskedToEnd
    }

    /// Does what is due, and returns for how many milliseconds nothing will be.
    ///
    /// After a failure of its own it begins anew, as if another had led before: what it could not
    /// record is interrupted.
    package func turn() throws -> Int {
        do {
            guard try leads() else { return Int(JobClock.lookMs) }
            return try runDue()
        } catch is LeaseLost {
            noteLoss()
            return Int(JobClock.lookMs)
        } catch {
            isLeading = false
            throw error
        }
    }

    /// Lets another lead at once.
    package func resign() throws {
        guard renewedAt > 0 else { return }
        isLeading = false
        try lease.release(duties)
    }

    private func leads() throws -> Bool {
        guard !isLeading || isTimeToRenew else { return true }
        guard try takeLease() else {
            if isLeading { noteLoss() }
            return false
        }
        guard !isLeading else { return true }
        let interrupted = try database.transaction { tx in
            try JobsStore.enrol(jobs, at: clock.now, in: tx)
            let count = try JobsStore.interruptRunning(at: clock.now, in: tx)
            try lease.confirm(in: tx)
            return count
        }
        isLeading = true
        log.info("leads the clock", ["interrupted": .integer(Int64(interrupted))])
        return true
    }

    private var isTimeToRenew: Bool {
        monotonicNanoseconds() - renewedAt >= JobClock.renewalNanoseconds
    }

    private func takeLease() throws -> Bool {
        // Counted from before the question: the answer may be late.
        let now = monotonicNanoseconds()
        guard try lease.take(duties) else { return false }
        renewedAt = now
        return true
    }

    private func noteLoss() {
        if isLeading { log.warning("another process leads the clock now") }
        isLeading = false
    }

    private func runDue() throws -> Int {
        let standings = try JobsStore.standings(database)
        var waitMs = JobClock.lookMs
        for job in jobs {
            guard !isAskedToEnd(), let standing = standings[job.name] else { continue }
            guard try leads() else { break }
            let now = clock.now
            if standing.askedAt == nil, standing.nextAt > now {
                waitMs = min(waitMs, standing.nextAt.milliseconds - now.milliseconds)
            } else {
                try run(job, standing)
                waitMs = min(waitMs, job.schedule.next(after: now).milliseconds - now.milliseconds)
            }
        }
        return Int(waitMs)
    }

    private func run(_ job: Job, _ standing: JobStanding) throws {
        let now = clock.now
        let next = job.schedule.next(after: now)
        let context = context(of: job, standing)
        if standing.askedAt == nil, !isNeeded(job, context) {
            return try JobsStore.postpone(standing, to: next, at: now, database)
        }
        let run = JobRun(
            id: context.makeID(JobRun.idPrefix),
            job: job.name,
            status: .running,
            asked: standing.asked,
            place: place,
            startedAt: now,
            endedAt: nil,
            text: ""
        )
        let begins = try context.transaction { tx in
            try JobsStore.begin(run, of: standing, next: next, in: tx)
        }
        guard begins else { return }
        let (status, text) = try result(of: job, context)
        try context.transaction { tx in
            try JobsStore.end(run, as: status, text, at: clock.now, in: tx)
        }
        report(run, status, text, failures: standing.failures)
    }

    private func context(of job: Job, _ standing: JobStanding) -> JobContext {
        JobContext(
            database: database,
            clock: clock,
            log: log,
            source: source,
            mark: standing.mark,
            job: job.name,
            lease: lease,
            pulse: { [self] in
                if isAskedToEnd() { throw Ending() }
                if isTimeToRenew, try !takeLease() { throw LeaseLost(duty: lease.duty) }
            }
        )
    }

    /// A look that fails is left to the run, which is recorded.
    private func isNeeded(_ job: Job, _ context: JobContext) -> Bool {
        do {
            return try job.isNeeded(context)
        } catch {
            log.warning(
                "a job cannot look whether it is needed",
                ["job": .string(job.name), "error": .string("\(error)")]
            )
            return true
        }
    }

    private func result(of job: Job, _ context: JobContext) throws -> (JobRun.Status, String) {
        do {
            switch try job.work(context) {
            case .done(let text): return (.done, text)
            case .alarm(let text): return (.alarm, text)
            }
        } catch is Ending {
            return (.interrupted, "Its process was asked to end; it begins again elsewhere.")
        } catch let lost as LeaseLost {
            throw lost
        } catch {
            return (.failed, "\(error)")
        }
    }

    private func report(_ run: JobRun, _ status: JobRun.Status, _ text: String, failures: Int) {
        var fields: JSONObject = [
            "job": .string(run.job), "run": .string(run.id), "text": .string(text),
            "milliseconds": .integer(clock.now.milliseconds - run.startedAt.milliseconds),
        ]
        switch status {
        case .running, .done: log.debug("job done", fields)
        case .interrupted: log.info("job interrupted", fields)
        case .alarm: log.error("job needs somebody", fields)
        case .failed:
            fields["failures"] = .integer(Int64(failures + 1))
            log.error("job failed", fields)
        }
    }
}
