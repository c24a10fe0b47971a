import Base
import Mail
import Templates
import TestSupport
import Testing

@Suite struct MailTemplateTests {
    private let templates: TemplateSource
    private let names = Set(Self.needed.flatMap(\.1))

    init() throws {
        templates = try TemplateSource(embedded: EmbeddedFiles.under("templates/"))
    }

    private func render(_ template: MailTemplate, _ changes: JSONObject = [:]) throws
        -> RenderedMail
    {
        var data: JSONObject = [
            "name": "Ana", "recipient": "ana@example.com", "product": "Entrepot",
            "publicUrl": "https://e.example", "locale": "en",
            "summary": "the-summary", "alerts": true, "coldCells": true,
            "energies": true,
        ]
        for name in names { data[name] = .string("the-\(name)") }
        for change in changes.members { data[change.key] = change.value }
        return try template.render(data, from: templates)
    }

    private static let contract = [
        "code", "title", "unit", "quota", "shipped", "remaining", "link",
    ]
    private static let alert = [
        "what", "device", "finding", "severity", "since", "rest", "link",
    ]
    private static let report = [
        "day", "news", "gone", "where", "temperatures", "bounds", "outside", "address",
        "coldCellsRest", "device", "told", "energyRest", "link",
    ]
    private static let needed: [(MailTemplate, [String])] = [
        (.verify, ["link", "lifetime"]), (.reset, ["link", "lifetime"]),
        (.passwordChanged, ["at", "address", "resetLink"]),
        (.locked, ["at", "address", "until", "resetLink"]),
        (.contractThreshold, contract + ["percent"]), (.contractBlocked, contract + ["requested"]),
        (.alertRaised, alert), (.alertEscalated, alert), (.alertResolved, alert),
        (.dailyReport, report),
    ]

    @Test func `each mail is in the table below`() {
        #expect(Self.needed.map(\.0) == MailTemplate.allCases)
    }

    @Test(arguments: needed)
    func `a mail says what it was given, in text and HTML alike`(
        template: MailTemplate,
        data: [String]
    ) throws {
        let mail = try render(template)
        #expect(!mail.subject.isEmpty && mail.subject.count <= 60)
        for text in [mail.text, mail.html] {
            #expect(text.contains("Hello Ana,"))
            #expect(text.contains("ana@example.com"))
            #expect(text.contains("https://e.example"))
            for name in data { #expect(text.contains("the-\(name)"), "\(name)") }
            #expect(!text.contains("{{"))
            #expect(!text.contains("\n\n\n"))
            #expect(text.contains("not"), "what to do if it was not you")
        }
        #expect(mail.html.contains("<title>\(mail.subject)</title>"))
        #expect(!mail.text.contains("<"))
        #expect(mail.text.split(separator: "\n").allSatisfy { $0.count <= 78 })
    }

    @Test(arguments: MailTemplate.allCases)
    func `somebody without a name is greeted too`(template: MailTemplate) throws {
        let mail = try render(template, ["name": .null])
        #expect(mail.text.hasPrefix("Hello,\n"))
        #expect(mail.html.contains("<p>Hello,</p>"))
    }

    @Test func `HTML is escaped, text is not`() throws {
        let mail = try render(.verify, ["name": "<b>&", "link": "https://e.example/?a=1&b=\"2\""])
        #expect(mail.html.contains("Hello &lt;b&gt;&amp;,"))
        #expect(mail.html.contains("href=\"https://e.example/?a=1&amp;b=&quot;2&quot;\""))
        #expect(mail.text.contains("Hello <b>&,"))
        #expect(mail.text.contains("\nhttps://e.example/?a=1&b=\"2\"\n"))
    }

    @Test func `a line end in the data stays out of the subject`() throws {
        let subject = "Subject: Welcome to {{product}}\n\nHello"
        let files = [
            (name: "mail/verify.txt", text: subject), (name: "mail/verify.html", text: ""),
        ]
        let mail = try MailTemplate.verify.render(
            ["product": "A\nBcc: eve@example.com"],
            from: try TemplateSource(embedded: files)
        )
        #expect(mail.subject == "Welcome to A Bcc: eve@example.com")
        #expect(mail.text == "Hello")
    }

    @Test(arguments: ["", "Hello", "Subject: a", "Subject: a\nb", "subject: a\n\nb"])
    func `a text without a subject is refused`(text: String) throws {
        let files = [(name: "mail/verify.txt", text: text), (name: "mail/verify.html", text: "")]
        let templates = try TemplateSource(embedded: files)
        #expect(throws: TemplateError.self) { try MailTemplate.verify.render([:], from: templates) }
    }

    @Test func `a mail is tried six times in three quarters of an hour, then no more`() {
        let now = Instant(milliseconds: 0)
        let next = (1...10).map { MailAttempts.next(afterFailures: $0, at: now) }
        let pauses = next.prefix(5).map { ($0?.milliseconds ?? 0) / 1000 }
        #expect(pauses == [5, 30, 120, 600, 1800])
        #expect(next.dropFirst(5).allSatisfy { $0 == nil })
        #expect(MailAttempts.countMax == 6)
        #expect(MailAttempts.next(afterFailures: 0, at: now) == nil)
    }
}
