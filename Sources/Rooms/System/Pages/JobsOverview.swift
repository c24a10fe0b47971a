import Base
import House
import Jobs

/// The jobs that need somebody, on the first page; nothing while all is well.
enum JobsOverview {
    private static let seconds = 15

    static func regions(_ call: Call) -> [Region] {
        guard call.may(.manageSystem) else { return [] }
        return [Region("jobs", .clock(seconds: seconds)) { try section(call) }]
    }

    private static func section(_ call: Call) throws -> Section? {
        let runs = try JobsStore.lastRuns(call.worker.database)
        let bad = call.worker.jobs.compactMap { runs[$0.name] }.filter {
            $0.status == .failed || $0.status == .alarm
        }
        guard !bad.isEmpty else { return nil }
        var section = Section("Jobs that need somebody")
        section.act = Act("All jobs", JobsPage.path)
        section.table =
            TableView(
                "jobs",
                at: "",
                columns: [
                    .init("Job"), .init("Outcome", .status), .init("What came of it"),
                    .init("When", .time),
                ],
                rows: bad.map { run in
                    [
                        .link(run.job, to: JobsPage.path(of: run.job)),
                        JobValues.outcome(of: run), .text(run.text), .time(run.startedAt),
                    ]
                },
                empty: .init("None", "Jobs that failed stand here.")
            ).withoutFile
        return section
    }
}
