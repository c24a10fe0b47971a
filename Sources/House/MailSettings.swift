/// Where mail goes, and in whose name.
package struct MailSettings: Sendable {
    /// What it says is read by whoever sends.
    package let smtpURL: String?
    package let smtpAuthorityFile: String?
    package let from: String
    package let directory: String?
    package let leaseSeconds: Int

    init(_ reader: inout SettingsReader) {
        smtpURL = reader.secret(
            "ENTREPOT_SMTP_URL",
            "the mail server, smtp[s]://[user:password@]host[:port]; smtp:// needs STARTTLS, "
                + "but on this machine or with ?tls=none behind it; unset, mails become files"
        )
        smtpAuthorityFile = reader.optionalText(
            "ENTREPOT_SMTP_AUTHORITY_FILE",
            "PEM file of authorities to trust for the mail server, beside the system's"
        )
        from = reader.text(
            "ENTREPOT_MAIL_FROM",
            "Entrepot <no-reply@localhost>",
            "who mails come from"
        )
        directory = reader.optionalText(
            "ENTREPOT_MAIL_DIRECTORY",
            "where mails become .eml files without a mail server; mail/ in the data directory"
        )
        leaseSeconds = reader.integer(
            "ENTREPOT_MAIL_LEASE_SECONDS",
            120,
            in: 2...3600,
            "a mail whose courier died is sent by another after so long"
        )
    }
}
