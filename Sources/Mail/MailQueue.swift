package import Base
package import Database

/// A mail to be sent: who gets it, and what it is rendered from when its turn has come.
package struct NewMail: Sendable {
    /// `mal_` and a ULID.
    package var id: String
    package var recipient: String
    /// For the greeting.
    package var recipientName: String?
    package var template: MailTemplate
    package var locale: String
    package var data: JSONObject

    package init(
        id: String,
        to recipient: String,
        name: String? = nil,
        _ template: MailTemplate,
        locale: String = "en",
        data: JSONObject = [:]
    ) {
        self.id = id
        self.recipient = recipient
        recipientName = name
        self.template = template
        self.locale = locale
        self.data = data
    }
}

/// The door of this module: a mail goes out exactly when the transaction that wrote it is kept.
package enum MailQueue {
    package static let idPrefix = "mal"
    private static let nameLengthMax = 200

    package static func enqueue(_ mail: NewMail, at now: Instant, in tx: Transaction) throws {
        try enqueue([mail], at: now, in: tx)
    }

    package static func enqueue(_ mails: [NewMail], at now: Instant, in tx: Transaction) throws {
        let fitting = mails.map { mail in
            var mail = mail
            mail.recipientName = mail.recipientName.map { String($0.prefix(nameLengthMax)) }
            return mail
        }
        try MailsStore.insert(fitting, at: now, in: tx)
    }
}
