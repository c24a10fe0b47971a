package import Base
package import Database
import Mail
package import Outside
package import Templates

/// What a courier is told.
package struct CourierSettings: Sendable {
    package var from: MailAddress
    package var product: String
    package var publicURL: String
    /// A mail whose courier has said nothing for so long is taken by another.
    package var leaseMs: Int64

    package init(from: MailAddress, product: String, publicURL: String, leaseMs: Int64) {
        self.from = from
        self.product = product
        self.publicURL = publicURL
        self.leaseMs = leaseMs
    }
}

/// Sends the mails that are due, one after the other.
///
/// Each goes out at least once: one that is killed between sending and noting it leaves a mail that
/// is sent again, with the same message id.
package final class MailCourier {
    /// How a mail that was due ended.
    package enum Delivery: Equatable, Sendable {
        case sent(String)
        case failed(String)
        /// Another courier holds it by now.
        case late(String)
    }

    private let settings: CourierSettings
    private let database: MariaDB
    private let templates: TemplateSource
    private let sender: MailSender
    private let clock: Clock
    private let log: Log

    package init(
        _ settings: CourierSettings,
        database: MariaDB,
        templates: TemplateSource,
        sender: MailSender,
        clock: Clock,
        log: Log
    ) {
        self.settings = settings
        self.database = database
        self.templates = templates
        self.sender = sender
        self.clock = clock
        self.log = log
    }

    /// One mail, or nothing when none is due; it throws only when the database fails.
    package func deliverNext() throws -> Delivery? {
        let now = clock.now
        let mail = try database.transaction { tx in
            try MailsStore.lockAndClaim(
                at: now,
                until: now.adding(milliseconds: settings.leaseMs),
                in: tx
            )
        }
        guard let mail else { return nil }
        // Nothing is open here: the mail server may be slow, and rows must not wait for it.
        let failure = attempt(mail)
        let isOurs = try note(mail, failure)
        guard isOurs else {
            log.warning("a mail took longer than its lease", fields(of: mail))
            return .late(mail.id)
        }
        return failure == nil ? .sent(mail.id) : .failed(mail.id)
    }

    /// Nothing more is due at the moment.
    package func rest() {
        sender.rest()
    }

    private func attempt(_ mail: ClaimedMail) -> (any Error)? {
        do {
            // Its courier died each time: it may be the mail that kills.
            guard mail.attempt <= MailAttempts.countMax else { throw UndeliverableMail.abandoned }
            try sender.send(try message(mail))
            return nil
        } catch {
            return error
        }
    }

    private func message(_ mail: ClaimedMail) throws -> MailMessage {
        guard let template = MailTemplate(rawValue: mail.template) else {
            throw UndeliverableMail.noTemplate(mail.template)
        }
        guard let recipient = MailAddress(mail.recipient, name: mail.recipientName) else {
            throw UndeliverableMail.noAddress(mail.recipient)
        }
        let rendered = try template.render(try data(mail), from: templates)
        return MailMessage(
            id: mail.id,
            from: settings.from,
            to: [recipient],
            subject: rendered.subject,
            date: mail.createdAt,
            text: rendered.text,
            html: rendered.html
        )
    }

    private func data(_ mail: ClaimedMail) throws -> JSONObject {
        guard case .object(var data) = try JSON(parsing: mail.data) else {
            throw UndeliverableMail.noData
        }
        data["locale"] = .string(mail.locale)
        data["name"] = mail.recipientName.map { .string($0) } ?? .null
        data["recipient"] = .string(mail.recipient)
        data["product"] = .string(settings.product)
        data["publicUrl"] = .string(settings.publicURL)
        return data
    }

    /// Whether the mail was still ours.
    private func note(_ mail: ClaimedMail, _ failure: (any Error)?) throws -> Bool {
        guard let failure else {
            log.info("mail sent", fields(of: mail))
            return try MailsStore.markSent(mail, at: clock.now, by: database)
        }
        let isPermanent = MailCourier.isPermanent(failure)
        let next =
            isPermanent
            ? nil : MailAttempts.next(afterFailures: mail.attempt, at: clock.now)
        var fields = fields(of: mail)
        fields["error"] = .string("\(failure)")
        fields["nextAttemptAt"] = next.map { .string($0.rfc3339) } ?? .null
        log.warning(next == nil ? "mail given up" : "mail not sent", fields)
        return try MailsStore.markFailed(mail, error: "\(failure)", next: next, by: database)
    }

    private func fields(of mail: ClaimedMail) -> JSONObject {
        [
            "mail": .string(mail.id), "template": .string(mail.template),
            "attempt": .integer(Int64(mail.attempt)),
        ]
    }

    private static func isPermanent(_ error: any Error) -> Bool {
        switch error {
        case let error as SMTPError: error.isPermanent
        case is UndeliverableMail, is TemplateError, is JSONParseError: true
        default: false
        }
    }
}

/// What no mail server has to be asked about.
enum UndeliverableMail: Error, Equatable, CustomStringConvertible {
    case noTemplate(String)
    case noAddress(String)
    case noData
    case abandoned

    var description: String {
        switch self {
        case .noTemplate(let name): "there is no template \(name)"
        case .noAddress(let text): "\(text) is no address that mail can be sent to"
        case .noData: "its data is no object"
        case .abandoned: "every courier that tried it ended before it was done"
        }
    }
}
