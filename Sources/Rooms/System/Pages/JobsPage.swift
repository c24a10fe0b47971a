import Base
import Database
import HTTP
import House
import Jobs
import Leases

/// `GET /admin/jobs`: what is done by itself, how it went last, and when it comes again.
enum JobsPage {
    static let path = "/admin/jobs"

    /// Runs are too many, and too small, to tell of each.
    static let following = News.clock(seconds: 5)

    static func show(_ call: Call) throws -> Response {
        let database = call.worker.database
        return try Page.parts(
            [
                Region("jobs", following) {
                    table(
                        call.worker.jobs,
                        try JobsStore.standings(database),
                        try JobsStore.lastRuns(database),
                        at: call.worker.clock.now
                    )
                },
                Region("leader", following) {
                    leader(try LeaseHolder.all(database).first { $0.duty == JobClock.duty })
                },
            ],
            in: Frame("Jobs", call.session).active(path),
            following: nil,
            for: call
        )
    }

    static func path(of job: String) -> String { "\(path)/\(job)" }

    private static func table(
        _ jobs: [Job],
        _ standings: [String: JobStanding],
        _ runs: [String: JobRun],
        at now: Instant
    ) -> Section {
        var section = Section("What is done by itself")
        section.table =
            TableView(
                "jobs",
                at: path,
                columns: [
                    .init("Job"), .init("Does"), .init("When"), .init("Last run", .time),
                    .init("Took", .number), .init("Outcome", .status), .init("Next", .time),
                    .init("Now"),
                ],
                rows: jobs.sorted { $0.name < $1.name }.map { job in
                    let run = runs[job.name]
                    return [
                        .link(job.name, to: path(of: job.name)), .text(job.summary),
                        .text(job.schedule.words), run.map { .time($0.startedAt) } ?? .nothing,
                        JobValues.duration(of: run), JobValues.outcome(of: run),
                        JobValues.next(standings[job.name], run, at: now),
                        .link("Run\u{00A0}now", to: "\(path(of: job.name))/run"),
                    ]
                },
                empty: .init("No jobs", "What is done by itself stands here.")
            ).withoutFile
        return section
    }

    private static func leader(_ holder: LeaseHolder?) -> Section {
        var section = Section("Who runs them")
        guard let holder else {
            section.text =
                "Nobody at the moment. A clock that died is replaced within 15 seconds; if this "
                + "stays so, look for its line in the log."
            return section
        }
        section.text = "One process among all hosts; the others wait to take over from it."
        section.figures = [
            .init("Leader", .text(holder.place)), .init("Since", .time(holder.heldSince)),
        ]
        return section
    }
}

extension Worker {
    var jobs: [Job] {
        let household = Household(settings, people: people, cache: cache)
        return rooms.flatMap { $0.jobs(household) }
    }
}

/// How jobs and their runs are shown.
enum JobValues {
    static func outcome(of run: JobRun?) -> Value {
        guard let run else { return .nothing }
        let tone: Status.Tone =
            switch run.status {
            case .running: .moving
            case .done: .good
            case .alarm, .failed: .bad
            case .interrupted: .attention
            }
        return .status(Status(run.status.rawValue, tone))
    }

    static func duration(of run: JobRun?) -> Value {
        guard let milliseconds = run?.milliseconds else { return .nothing }
        return milliseconds < 1000
            ? .number(milliseconds, unit: "ms")
            : .measure(Double(milliseconds) / 1000, decimals: 1, unit: "s")
    }

    static func next(_ standing: JobStanding?, _ run: JobRun?, at now: Instant) -> Value {
        guard let standing else { return .nothing }
        if standing.askedAt != nil { return .status(Status("asked for", .moving)) }
        if run?.status == .running { return .nothing }
        let isNear = standing.nextAt <= now.adding(seconds: nearSeconds)
        return isNear ? .text("in a moment") : .time(standing.nextAt)
    }

    private static let nearSeconds: Int64 = 45
}
