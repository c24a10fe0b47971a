import Base
import Database
import HTTP
import House
import Jobs

/// `/admin/jobs/:name/run`: asks first, and then lets the clock run a job before its time.
enum RunJob {
    private static let nameScalarsMax = 254

    static func ask(_ call: Call) throws -> Response {
        let job = try JobPage.find(call)
        let path = JobsPage.path(of: job.name)
        var form = FormView(to: "\(path)/run", submit: "Run it now", fields: [])
        form.submitting = "Asking…"
        form.cancel = Act("Leave it to its time", path)
        let last = try JobsStore.lastRun(of: job.name, call.worker.database)
        var question = ConfirmView("Run \(job.name) now?", consequences(job, last), form)
        question.isHarmless = true
        let frame = Frame(question.title, call.session)
            .under(Act("Jobs", JobsPage.path), Act(job.name, path)).active(JobsPage.path)
        return try Page.question(question, in: frame, for: call)
    }

    static func act(_ call: Call, _ tx: Transaction) throws -> Response {
        let job = try JobPage.find(call)
        let caller = try call.caller()
        let isNew = try JobsStore.ask(
            job.name,
            by: JobAsker(
                id: caller.id,
                name: String(caller.name.unicodeScalars.prefix(nameScalarsMax))
            ),
            at: call.worker.clock.now,
            in: tx
        )
        if isNew { try Audit.record("job.asked_for", "job", job.name, call, tx) }
        return .seeOther(JobsPage.path(of: job.name)).saying(
            isNew
                ? Flash("\(job.name) runs as soon as the clock looks, within seconds.")
                : Flash("\(job.name) was asked for already.", .attention)
        )
    }

    private static func consequences(_ job: Job, _ last: JobRun?) -> [String] {
        var lines = [job.summary]
        if let milliseconds = last?.milliseconds {
            let amount =
                milliseconds < 1000
                ? "\(milliseconds) ms"
                : NumberText.decimal(Double(milliseconds) / 1000, decimals: 1) + " s"
            lines.append("It took \(amount) the last time.")
        }
        return lines + ["Its times stay as they are: \(job.schedule.words)."]
    }
}
