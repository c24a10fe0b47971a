package import Base
package import Database

/// The tables `jobs` and `job_runs`.
package enum JobsStore {
    static let textLengthMax = 1000
    private static let runsOfListMax = 1000

    /// Makes a row for each job that has none; one that comes more often than it did is due sooner.
    static func enrol(_ jobs: [Job], at now: Instant, in tx: Transaction) throws {
        for job in jobs {
            try tx.execute(
                """
                INSERT INTO jobs (name, next_at) VALUES (?, ?)
                ON DUPLICATE KEY UPDATE next_at = LEAST(next_at, VALUES(next_at))
                """,
                job.name,
                job.schedule.next(after: now)
            )
        }
    }

    package static func standings(_ queries: some Queries) throws -> [String: JobStanding] {
        let found = try queries.rows(
            """
            SELECT name, next_at, asked_at, asked_by, asked_name, looked_at, last_run,
                succeeded_at, failures, runs_total, failures_total, mark
            FROM jobs
            """
        ) { row in
            let name = try row.string()
            return JobStanding(
                name: name,
                nextAt: try row.instant(),
                askedAt: try row.optionalInstant(),
                asked: try asker(&row),
                lookedAt: try row.optionalInstant(),
                lastRunID: try row.optionalString(),
                succeededAt: try row.optionalInstant(),
                failures: try row.int(),
                runsTotal: try row.int64(),
                failuresTotal: try row.int64(),
                mark: try row.optionalInstant()
            )
        }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0) })
    }

    /// There was nothing to do; nobody else has found otherwise meanwhile.
    static func postpone(
        _ standing: JobStanding,
        to next: Instant,
        at now: Instant,
        _ queries: some Queries
    ) throws {
        try queries.execute(
            """
            UPDATE jobs SET next_at = ?, looked_at = ?, failures = 0
            WHERE name = ? AND next_at = ? AND asked_at IS NULL
            """,
            next,
            now,
            standing.name,
            standing.nextAt
        )
    }

    /// Whether the run may begin: the job stands as it was seen.
    static func begin(
        _ run: JobRun,
        of standing: JobStanding,
        next: Instant,
        in tx: Transaction
    ) throws -> Bool {
        let isOurs =
            try tx.execute(
                """
                UPDATE jobs SET next_at = ?, asked_at = NULL, asked_by = NULL, asked_name = NULL,
                    last_run = ?, runs_total = runs_total + 1
                WHERE name = ? AND next_at = ? AND asked_at <=> ?
                """,
                next,
                run.id,
                run.job,
                standing.nextAt,
                standing.askedAt
            ).affectedRows == 1
        guard isOurs else { return false }
        try tx.execute(
            """
            INSERT INTO job_runs (id, job, status, asked_by, asked_name, place, started_at)
            VALUES (?, ?, 'running', ?, ?, ?, ?)
            """,
            run.id,
            run.job,
            run.asked?.id,
            run.asked?.name,
            run.place,
            run.startedAt
        )
        return true
    }

    static func end(
        _ run: JobRun,
        as status: JobRun.Status,
        _ text: String,
        at now: Instant,
        in tx: Transaction
    ) throws {
        try tx.execute(
            """
            UPDATE job_runs SET status = ?, text = ?, ended_at = ?
            WHERE id = ? AND status = 'running'
            """,
            status.rawValue,
            String(text.unicodeScalars.prefix(textLengthMax)),
            now,
            run.id
        )
        switch status {
        case .running: break
        case .done, .alarm:
            try tx.execute(
                "UPDATE jobs SET succeeded_at = ?, failures = 0 WHERE name = ?",
                now,
                run.job
            )
        case .failed: try countFailure(of: run.job, at: now, in: tx)
        case .interrupted:
            try tx.execute(
                "UPDATE jobs SET next_at = LEAST(next_at, ?) WHERE name = ?",
                now,
                run.job
            )
        }
    }

    /// Ends the runs of whoever led before: how many there were.
    ///
    /// A job that kills its process every time must not be begun again at once.
    static func interruptRunning(at now: Instant, in tx: Transaction) throws -> Int {
        let jobs = try tx.rows(
            "SELECT DISTINCT job FROM job_runs WHERE status = 'running' ORDER BY job FOR UPDATE"
        ) { try $0.string() }
        for job in jobs { try countFailure(of: job, at: now, in: tx) }
        return Int(
            try tx.execute(
                """
                UPDATE job_runs SET status = 'interrupted', ended_at = ?,
                    text = 'Its process did not live to its end.'
                WHERE status = 'running'
                """,
                now
            ).affectedRows
        )
    }

    private static func countFailure(
        of job: String,
        at now: Instant,
        in tx: Transaction
    ) throws {
        let failures = try tx.row(
            "SELECT failures FROM jobs WHERE name = ? FOR UPDATE",
            job
        ) { try $0.int() }
        guard let failures else { return }
        try tx.execute(
            """
            UPDATE jobs SET failures = ?, failures_total = failures_total + 1, next_at = ?
            WHERE name = ?
            """,
            failures + 1,
            now.adding(seconds: JobPause.seconds(afterFailures: failures + 1)),
            job
        )
    }

    static func setMark(_ mark: Instant, of job: String, in tx: Transaction) throws {
        try tx.execute("UPDATE jobs SET mark = ? WHERE name = ?", mark, job)
    }

    /// Wants a run now; whether nobody did already.
    package static func ask(
        _ job: String,
        by asker: JobAsker,
        at now: Instant,
        in tx: Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            UPDATE jobs SET asked_at = ?, asked_by = ?, asked_name = ?
            WHERE name = ? AND asked_at IS NULL
            """,
            now,
            asker.id,
            asker.name,
            job
        ).affectedRows == 1
    }

    package static func lastRuns(_ queries: some Queries) throws -> [String: JobRun] {
        var sql = selectRuns
        sql.append(" WHERE r.id IN (SELECT last_run FROM jobs) LIMIT ?", runsOfListMax)
        let found = try queries.rows(sql, as: readRun)
        return Dictionary(found.map { ($0.job, $0) }) { first, _ in first }
    }

    package static func lastRun(of job: String, _ queries: some Queries) throws -> JobRun? {
        var sql = selectRuns
        sql.append(" WHERE r.id = (SELECT last_run FROM jobs WHERE name = ?)", job)
        return try queries.row(sql, as: readRun)
    }

    package static var selectRuns: SQLText {
        SQLText(
            """
            SELECT r.id, r.job, r.status, r.asked_by, r.asked_name, r.place, r.started_at,
                r.ended_at, r.text
            FROM job_runs r
            """
        )
    }

    package static var eachRun: SQLText { SQLText("SELECT 1 FROM job_runs r") }

    package static func readRun(_ row: inout Row) throws -> JobRun {
        JobRun(
            id: try row.string(),
            job: try row.string(),
            status: JobRun.Status(rawValue: try row.string()) ?? .interrupted,
            asked: try asker(&row),
            place: try row.string(),
            startedAt: try row.instant(),
            endedAt: try row.optionalInstant(),
            text: try row.string()
        )
    }

    /// Deletes all but the newest runs of a job, a bounded number at a time.
    package static func deleteRuns(
        of job: String,
        keeping count: Int,
        rowsMax: Int,
        _ database: MariaDB
    ) throws -> Int {
        let newestToGo = try database.row(
            """
            SELECT started_at, id FROM job_runs WHERE job = ?
            ORDER BY started_at DESC, id DESC LIMIT 1 OFFSET ?
            """,
            job,
            count
        ) { (try $0.instant(), try $0.string()) }
        guard let (startedAt, id) = newestToGo else { return 0 }
        return Int(
            try database.execute(
                """
                DELETE FROM job_runs
                WHERE job = ? AND (started_at, id) <= (?, ?) AND status <> 'running'
                ORDER BY started_at LIMIT ?
                """,
                job,
                startedAt,
                id,
                rowsMax
            ).affectedRows
        )
    }

    /// Every job that has a history, also those that exist no more.
    package static func namesWithRuns(_ queries: some Queries) throws -> [String] {
        try queries.rows("SELECT DISTINCT job FROM job_runs ORDER BY job") { try $0.string() }
    }

    private static func asker(_ row: inout Row) throws -> JobAsker? {
        let id = try row.optionalString()
        let name = try row.optionalString()
        return id.map { JobAsker(id: $0, name: name ?? "") }
    }
}
