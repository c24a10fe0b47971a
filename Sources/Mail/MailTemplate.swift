package import Base
package import Templates

/// The mails there are; each has a `.txt` and a `.html` in `templates/mail/`.
///
/// Beside what the frame needs (`name`, `product`, `publicUrl`), each takes the data named here.
package enum MailTemplate: String, CaseIterable, Sendable {
    /// `link`, `lifetime`.
    case verify
    /// `link`, `lifetime`.
    case reset
    /// `at`, `address`, `resetLink`.
    case passwordChanged = "password-changed"
    /// `at`, `address`, `until`, `resetLink`.
    case locked
    /// `percent`, `code`, `title`, `unit`, `quota`, `shipped`, `remaining`, `link`.
    case contractThreshold = "contract-threshold"
    /// `requested`, `code`, `title`, `unit`, `quota`, `shipped`, `remaining`, `link`.
    case contractBlocked = "contract-blocked"

    /// `summary`, `alerts` (each `what`, `device`, `finding`, `severity`, `since`, `address`),
    /// `rest`, `link`; the next two alike.
    case alertRaised = "alert-raised"
    case alertEscalated = "alert-escalated"
    case alertResolved = "alert-resolved"
    /// `day`, `summary`, `news`, `gone`, `coldCells` (each `where`, `temperatures`, `bounds`,
    /// `outside`, `news`, `address`), `coldCellsRest`, `energies` (each `device`, `told`),
    /// `energyRest`, `link`.
    case dailyReport = "daily-report"

    private static let subjectMark = "Subject: "

    /// The `.txt` begins with a line `Subject: …` and an empty one; the rest is the text.
    package func render(
        _ data: JSONObject,
        from templates: TemplateSource
    ) throws(TemplateError) -> RenderedMail {
        let data = JSON.object(data)
        let file = "mail/\(rawValue).txt"
        let text = String(decoding: try templates.render(file, data: data), as: UTF8.self)
        // Not the first line: a value within the subject may bring a line end of its own.
        guard text.hasPrefix(MailTemplate.subjectMark), let end = text.firstRange(of: "\n\n")
        else { throw TemplateError(file: file, problem: "begins with no `Subject: ` line") }
        let subject = text[..<end.lowerBound].dropFirst(MailTemplate.subjectMark.count)
        let html = try templates.render("mail/\(rawValue).html", data: data)
        return RenderedMail(
            subject: String(subject.map { $0.isNewline ? " " : $0 }),
            text: String(text[end.upperBound...]),
            html: String(decoding: html, as: UTF8.self)
        )
    }
}

/// What a person reads.
package struct RenderedMail: Equatable, Sendable {
    package let subject: String
    package let text: String
    package let html: String
}
