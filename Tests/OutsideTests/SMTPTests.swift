import Base
import Outside
import Testing

@Suite struct SMTPTests {
    private let sender = Mailboxes.of("office@example.com")
    private let ana = Mailboxes.of("ana@example.com")
    private let message = Array("Subject: Hello\r\n\r\nA\n.dot\r.\r\nend".utf8)

    private func address(
        _ server: MailServer,
        _ change: (inout SMTPServer) -> Void = { _ in }
    ) throws -> SMTPServer {
        var address = try #require(SMTPServer(url: "smtp://localhost:\(server.port)"))
        change(&address)
        return address
    }

    private func failure(
        _ address: SMTPServer,
        to recipients: [MailAddress]? = nil
    ) throws -> SMTPError {
        try #require(throws: SMTPError.self) {
            let session = try SMTPSession(address)
            _ = try session.send(message, from: sender, to: recipients ?? [ana])
        }
    }

    @Test func `a mail arrives as it was, with its lines ended as mail ends them`() throws {
        let server = try MailServer()
        let session = try SMTPSession(try address(server))
        let receipt = try session.send(message, from: sender, to: [ana])
        #expect(receipt.accepted == ["ana@example.com"])
        #expect(receipt.reply.lines == ["OK taken as 1234"])
        let taken = try server.next()
        #expect(taken.sender == "office@example.com")
        #expect(taken.recipients == ["ana@example.com"])
        #expect(taken.lines == ["Subject: Hello", "", "A", ".dot", ".", "end", ""])
        #expect(!taken.isSecure)
        #expect(taken.login == nil)
    }

    @Test func `several mails go through one session, a refusal between them`() throws {
        let server = try MailServer()
        let session = try SMTPSession(try address(server))
        for _ in 1...2 { _ = try session.send(message, from: sender, to: [ana]) }
        #expect(throws: SMTPError.self) {
            try session.send(message, from: sender, to: [Mailboxes.of("refused@example.com")])
        }
        #expect(session.isUsable)
        _ = try session.send(message, from: sender, to: [ana])
        for _ in 1...3 { _ = try server.next() }
    }

    @Test func `who is refused is told apart from who is not`() throws {
        let server = try MailServer()
        let session = try SMTPSession(try address(server))
        let people = ["refused@example.com", "ana@example.com", "later@example.com"]
        let receipt = try session.send(message, from: sender, to: people.map(Mailboxes.of))
        #expect(receipt.accepted == ["ana@example.com"])
        #expect(receipt.refused.map(\.recipient) == ["refused@example.com", "later@example.com"])
        #expect(receipt.refused.map(\.reply.code) == [550, 451])
        #expect(receipt.refused.map(\.reply.isPermanent) == [true, false])
        #expect(try server.next().recipients == ["ana@example.com"])
    }

    @Test(arguments: [
        (["refused@example.com"], 550, true), (["later@example.com"], 451, false),
        (["refused@example.com", "later@example.com"], 451, false),
        (["full@example.com", "refused@example.com"], 552, true),
    ])
    func `when nobody is accepted, a refusal that may pass counts first`(
        people: [String],
        code: Int,
        isPermanent: Bool
    ) throws {
        let server = try MailServer()
        let error = try failure(try address(server), to: people.map(Mailboxes.of))
        guard case .refused(let reply, during: .recipient) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reply.code == code)
        #expect(error.isPermanent == isPermanent)
    }

    @Test func `a refused content is permanent`() throws {
        let server = try MailServer()
        let session = try SMTPSession(try address(server))
        let error = try #require(throws: SMTPError.self) {
            try session.send(Array("please refuse".utf8), from: sender, to: [ana])
        }
        #expect(
            error == .refused(SMTPReply(code: 554, lines: ["5.7.1 Not wanted"]), during: .content)
        )
        #expect(error.isPermanent)
    }

    @Test func `a mail to nobody is refused before anything is said`() throws {
        let server = try MailServer()
        #expect(try failure(try address(server), to: []) == .noRecipients)
    }

    @Test func `a large mail arrives whole`() throws {
        let server = try MailServer(["--tls", "start"])
        let session = try SMTPSession(
            try address(server) { $0.authorityFile = server.authorityFile }
        )
        let line = String(repeating: "x", count: 70) + "\r\n"
        // What the server says of it must fit into the socket that it says it by.
        let content = Array(String(repeating: line, count: 1_500).utf8)
        _ = try session.send(content, from: sender, to: [ana])
        #expect(try server.next().content == content)
    }

    @Test func `an address that is not ASCII needs a server that takes it`() throws {
        let server = try MailServer()
        let session = try SMTPSession(try address(server))
        _ = try session.send(message, from: sender, to: [Mailboxes.of("ána@example.com")])
        let taken = try server.next()
        #expect(taken.recipients == ["ána@example.com"])
        #expect(taken.options.contains("SMTPUTF8"))
        let old = try MailServer(["--plain-ascii"])
        let error = try failure(try address(old), to: [Mailboxes.of("ána@example.com")])
        #expect(error == .unsupported("SMTPUTF8"))
        #expect(error.isPermanent)
    }

    @Test func `content that is not ASCII says so`() throws {
        let server = try MailServer()
        let session = try SMTPSession(try address(server))
        _ = try session.send(Array("\r\näöü".utf8), from: sender, to: [ana])
        #expect(try server.next().options.contains("BODY=8BITMIME"))
        let old = try MailServer(script: ["220 hi", "250 old", "250 OK"])
        let session2 = try SMTPSession(try address(old))
        #expect(throws: SMTPError.unsupported("8BITMIME")) {
            try session2.send(Array("äöü".utf8), from: sender, to: [ana])
        }
    }
}

/// Mailboxes that tests spell themselves.
enum Mailboxes {
    static func of(_ address: String) -> MailAddress {
        guard let mailbox = MailAddress(address) else {
            preconditionFailure("\(address) is no address")
        }
        return mailbox
    }
}
