import Base
import House
import Jobs
import Mail
import Readings

/// Writes to customers and technicians about the day before, once a day for each, from some hour
/// of their own morning on.
enum WriteReports {
    private static let checkSeconds: Int64 = 60
    /// Of one run: other jobs have their times, too.
    private static let nanosecondsMax: UInt64 = 5_000_000_000
    private static let readersAtOnce = 200
    private static let tenantsMax = 1000

    static func job(_ household: Household) -> Job {
        Job(
            "readings.write-reports",
            "Writes mails about the day before, to each in their own morning.",
            .every(seconds: checkSeconds),
            isNeeded: { context in
                var isNeeded = false
                try eachDue(context, household) { _, _ in
                    isNeeded = true
                    return false
                }
                return isNeeded
            },
            { context in try run(context, household) }
        )
    }

    private static func run(_ context: JobContext, _ household: Household) throws -> JobOutcome {
        let began = monotonicNanoseconds()
        var count = 0
        try eachDue(context, household) { reader, day in
            count += try write(to: reader, about: day, context, household) ? 1 : 0
            try context.goOn()
            return monotonicNanoseconds() - began < nanosecondsMax
        }
        return .done("Wrote \(count) \(count == 1 ? "mail" : "mails").")
    }

    /// Goes through those who were not written of their last day yet, until `body` has enough.
    private static func eachDue(
        _ context: JobContext,
        _ household: Household,
        _ body: (TenantReader, PastDay) throws -> Bool
    ) throws {
        var zones = TimeZoneTable()
        var readers: [TenantReader] = []
        repeat {
            readers = try household.people.tenantReaders(
                after: readers.last?.id ?? "",
                limit: readersAtOnce,
                context.database
            )
            let lastDays = try DailyReportsStore.lastDays(of: readers.map(\.id), context.database)
            for reader in readers {
                let day = PastDay(
                    before: context.clock.now,
                    fromHour: household.settings.reportHour,
                    in: zones.zone(named: reader.timeZone)
                )
                if let last = lastDays[reader.id], last >= day.name { continue }
                guard try body(reader, day) else { return }
            }
        } while readers.count == readersAtOnce
    }

    /// That it was written is kept with the mail itself; whether there was something to say.
    private static func write(
        to reader: TenantReader,
        about day: PastDay,
        _ context: JobContext,
        _ household: Household
    ) throws -> Bool {
        let mail = try mail(to: reader, about: day, context, household)
        try context.transaction { tx in
            try DailyReportsStore.note(day.name, to: reader.id, in: tx)
            if let mail { try MailQueue.enqueue(mail, at: context.clock.now, in: tx) }
        }
        return mail != nil
    }

    private static func mail(
        to reader: TenantReader,
        about day: PastDay,
        _ context: JobContext,
        _ household: Household
    ) throws -> NewMail? {
        // Who was not there on that day is first written about the next.
        guard reader.since < day.end else { return nil }
        let report = try DayReport(
            of: reader.organisationIDs,
            from: day.start,
            to: day.end,
            context.database
        )
        guard !report.isEmpty else { return nil }
        let tenants = try household.people.tenants(
            reader.organisationIDs,
            limit: tenantsMax,
            context.database
        )
        let letter = ReportLetter(
            publicURL: household.settings.publicURL,
            tenantNames: Dictionary(tenants.map { ($0.id, $0.name) }) { first, _ in first }
        )
        return NewMail(
            id: context.makeID(MailQueue.idPrefix),
            to: reader.recipient.email,
            name: reader.recipient.name,
            .dailyReport,
            locale: reader.recipient.locale,
            data: letter.data(report, on: day.words)
        )
    }
}

/// The last day that is over for somebody, once it is late enough to write of it.
struct PastDay {
    /// It sorts as days do.
    let name: String
    let words: String
    let start: Instant
    let end: Instant

    init(before now: Instant, fromHour hour: Int64, in zone: TimeZone) {
        let today = zone.civil(of: now.adding(seconds: -hour * 3600))
        end = zone.instant(of: Civil(year: today.year, month: today.month, day: today.day))
        let yesterday = zone.civil(of: end.adding(seconds: -1))
        start = zone.instant(
            of: Civil(year: yesterday.year, month: yesterday.month, day: yesterday.day)
        )
        name = TimeText.formDate(start, zone)
        words = TimeText.date(start, zone)
    }
}
