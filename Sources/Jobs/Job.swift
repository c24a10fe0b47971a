package import Base

/// Something that is done by itself at its times, by one process among all hosts.
package struct Job {
    package static let nameLengthMax = 64

    /// `area.verb-noun`.
    package let name: String
    package let summary: String
    package let schedule: Schedule
    let isNeeded: (JobContext) throws -> Bool
    let work: (JobContext) throws -> JobOutcome

    /// `isNeeded` is a cheap look before each run at its time: where it says no, there is no run,
    /// and nothing in the history.
    package init(
        _ name: String,
        _ summary: String,
        _ schedule: Schedule,
        isNeeded: @escaping (JobContext) throws -> Bool = { _ in true },
        _ work: @escaping (JobContext) throws -> JobOutcome
    ) {
        precondition(Job.isName(name), "\(name) is not like area.verb-noun")
        precondition(schedule.isSound, "\(name) has no possible time")
        self.name = name
        self.summary = summary
        self.schedule = schedule
        self.isNeeded = isNeeded
        self.work = work
    }

    package static func isName(_ text: String) -> Bool {
        text.utf8.count <= nameLengthMax && text.split(separator: ".").count == 2
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
    }
}

/// What came of a run that went to its end; the text is one line for people.
package enum JobOutcome: Equatable, Sendable {
    case done(String)
    /// It did its work, and what it found needs somebody.
    case alarm(String)
}

/// One run of a job, as its history has it.
package struct JobRun: Equatable, Sendable {
    /// It begins running and ends once.
    package enum Status: String, CaseIterable, Sendable {
        case running, done, alarm, failed
        /// Its process was ended or killed, or was no longer the one that leads.
        case interrupted
    }

    package static let idPrefix = "run"

    package let id: String
    package let job: String
    package let status: Status
    package let asked: JobAsker?
    package let place: String
    package let startedAt: Instant
    package let endedAt: Instant?
    package let text: String

    package var milliseconds: Int64? {
        endedAt.map { max(0, $0.milliseconds - startedAt.milliseconds) }
    }
}

/// Who wants a job to run before its time.
package struct JobAsker: Equatable, Sendable {
    package let id: String
    package let name: String

    package init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// How a job stands between its runs.
package struct JobStanding: Equatable, Sendable {
    package let name: String
    package let nextAt: Instant
    package let askedAt: Instant?
    package let asked: JobAsker?
    package let lookedAt: Instant?
    package let lastRunID: String?
    package let succeededAt: Instant?
    package let failures: Int
    package let runsTotal: Int64
    package let failuresTotal: Int64
    package let mark: Instant?
}
