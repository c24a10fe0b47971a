import AlertEngine
import Base
import Database
import Devices
import House
import Jobs
import Mail

/// Writes to people about alerts: of what happened since the last time, each gets one mail of a
/// kind, however much it was.
enum WriteNotices {
    private static let checkSeconds: Int64 = 5
    private static let noticesMax = 10_000

    static func job(_ household: Household) -> Job {
        Job(
            "alerts.write-notices",
            "Writes mails about alerts that were raised, escalated or resolved.",
            .every(seconds: checkSeconds),
            isNeeded: { context in try NoticesStore.isAny(context.database) },
            { context in try run(context, household) }
        )
    }

    private static func run(_ context: JobContext, _ household: Household) throws -> JobOutcome {
        let sum = try context.transaction { tx in
            let notices = try NoticesStore.take(countMax: noticesMax, in: tx)
            let mails = try self.mails(about: notices, context, household, tx)
            try MailQueue.enqueue(mails, at: context.clock.now, in: tx)
            return mails.count
        }
        return .done("Wrote \(sum) \(sum == 1 ? "mail" : "mails").")
    }

    private static func mails(
        about notices: [AlertNotice],
        _ context: JobContext,
        _ household: Household,
        _ tx: Transaction
    ) throws -> [NewMail] {
        let alerts = try AlertsStore.list(Set(notices.map(\.alertID)).sorted(), tx)
        let byID = Dictionary(uniqueKeysWithValues: alerts.map { ($0.id, $0) })
        let tenants = Set(alerts.compactMap(\.organisationID)).sorted()
        let told = try household.people.recipients(of: tenants, tx)
        let letter = AlertLetter(publicURL: household.settings.publicURL)
        var mails: [NewMail] = []
        for kind in AlertNotice.Kind.allCases {
            let about = notices.filter { $0.kind == kind }.compactMap { byID[$0.alertID] }
            let post = post(about, to: told)
            let shown = post.flatMap { $0.1.prefix(AlertLetter.linesMax) }
            let places = try PlacesStore.places(ofDevices: Set(shown.map(\.deviceID)).sorted(), tx)
            for (recipient, own) in post {
                mails.append(
                    NewMail(
                        id: context.makeID(MailQueue.idPrefix),
                        to: recipient.email,
                        name: recipient.name,
                        kind.template,
                        locale: recipient.locale,
                        data: letter.data(own, places)
                    )
                )
            }
        }
        return mails
    }

    /// Everybody with what concerns them: a technician looks after several tenants.
    private static func post(
        _ alerts: [Alert],
        to told: [String: [Recipient]]
    ) -> [(Recipient, [Alert])] {
        var places: [String: Int] = [:]
        var post: [(Recipient, [Alert])] = []
        for alert in alerts {
            for recipient in alert.organisationID.flatMap({ told[$0] }) ?? [] {
                if let place = places[recipient.email] {
                    post[place].1.append(alert)
                } else {
                    places[recipient.email] = post.count
                    post.append((recipient, [alert]))
                }
            }
        }
        return post
    }
}

extension AlertNotice.Kind {
    fileprivate var template: MailTemplate {
        switch self {
        case .raised: .alertRaised
        case .escalated: .alertEscalated
        case .resolved: .alertResolved
        }
    }
}
