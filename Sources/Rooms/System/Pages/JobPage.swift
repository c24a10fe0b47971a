import Base
import Database
import HTTP
import House
import Jobs

/// `GET /admin/jobs/:name`: how a job stands, and its runs, newest first.
enum JobPage {
    static func show(_ call: Call) throws -> Response {
        let job = try find(call)
        let database = call.worker.database
        return try Page.parts(
            [Region("runs", JobsPage.following) { try runs(of: job, call) }],
            about: detail(
                job,
                try JobsStore.standings(database)[job.name],
                last: try JobsStore.lastRun(of: job.name, database),
                at: call.worker.clock.now
            ),
            in: Frame(job.name, call.session).under(Act("Jobs", JobsPage.path)),
            acts: [Act("Run now", "\(JobsPage.path(of: job.name))/run", asks: true)],
            following: JobsPage.following,
            for: call
        )
    }

    static func find(_ call: Call) throws -> Job {
        let name = try call.path("name")
        guard let job = call.worker.jobs.first(where: { $0.name == name }) else {
            throw Problem.notFound
        }
        return job
    }

    private static func detail(
        _ job: Job,
        _ standing: JobStanding?,
        last run: JobRun?,
        at now: Instant
    ) -> DetailView {
        var facts: [(name: String, value: Value)] = [
            ("Does", .text(job.summary)), ("When", .text(job.schedule.words)),
        ]
        guard let standing else {
            facts.append(("Next", .text("when a clock begins to lead")))
            return DetailView("Job", facts)
        }
        if let asked = standing.asked {
            facts.append(("Asked for by", .text(asked.name)))
        } else {
            facts.append(("Next", JobValues.next(standing, run, at: now)))
        }
        if let looked = standing.lookedAt { facts.append(("Nothing to do", .time(looked))) }
        if let succeeded = standing.succeededAt {
            facts.append(("Last success", .time(succeeded)))
        }
        if standing.failures > 0 {
            facts.append(("Failures in a row", .number(Int64(standing.failures))))
        }
        facts += [
            ("Runs in all", .number(standing.runsTotal)),
            ("Of them failed", .number(standing.failuresTotal)),
        ]
        return DetailView("Job", facts)
    }

    private static func runs(of job: Job, _ call: Call) throws -> Section {
        let (runs, next) = try call.query(RunsQuery.self).page(of: job.name, call.worker.database)
        var section = Section("Runs")
        section.text = "The newest \(DeleteOldRuns.runsKept) are kept."
        section.table = table(runs, next, of: job, call)
        return section
    }

    private static func table(
        _ runs: [JobRun],
        _ next: Cursor?,
        of job: Job,
        _ call: Call
    ) -> TableView {
        var table = TableView(
            "runs",
            at: JobsPage.path(of: job.name),
            columns: [
                .init("Began", .time), .init("Took", .number), .init("Outcome", .status),
                .init("What came of it"), .init("Why"), .init("Where"),
            ],
            rows: runs.map { run in
                [
                    .time(run.startedAt), JobValues.duration(of: run), JobValues.outcome(of: run),
                    run.text.isEmpty ? .nothing : .text(run.text),
                    .text(run.asked.map { "asked for by \($0.name)" } ?? "its time"),
                    .text(run.place),
                ]
            },
            empty: .init(
                "No runs yet",
                "Each run stands here with what came of it; where nothing is to do, there is none."
            )
        )
        table.query = call.request.query
        table.next = next
        return table.withoutFile
    }
}

/// Which runs of a job the page shows.
private struct RunsQuery: Input {
    private let paging: Paging

    init(_ fields: inout Fields) {
        paging = Paging(&fields)
    }

    func page(
        of job: String,
        _ database: MariaDB
    ) throws -> (runs: [JobRun], next: Cursor?) {
        var listing = Listing(
            select: JobsStore.selectRuns,
            count: JobsStore.eachRun,
            paging: paging,
            isDescending: true,
            order: (" ORDER BY r.started_at, r.id", " ORDER BY r.started_at DESC, r.id DESC"),
            after: (" (r.started_at, r.id) > (?, ?)", " (r.started_at, r.id) < (?, ?)")
        )
        listing.require("r.job = ?", job)
        let found = try listing.items(database, read: JobsStore.readRun)
        let shown = Array(found.prefix(Int(paging.limit)))
        let last = found.count > shown.count ? shown.last : nil
        let next = last.map {
            Cursor(keys: [.integer($0.startedAt.milliseconds), .string($0.id)])
        }
        return (shown, next)
    }
}
