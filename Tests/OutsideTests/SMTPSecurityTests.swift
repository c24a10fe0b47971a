import Base
import Outside
import Testing

@Suite struct SMTPSecurityTests {
    private let sender = Mailboxes.of("office@example.com")
    private let ana = Mailboxes.of("ana@example.com")

    /// Trusts the server's authority unless it is told another.
    private func send(
        _ scheme: String = "smtp",
        to server: MailServer,
        host: String = "localhost",
        authority: String? = "its own",
        _ change: (inout SMTPServer) -> Void = { _ in }
    ) throws {
        var address = try #require(SMTPServer(url: "\(scheme)://\(host):\(server.port)"))
        address.authorityFile = authority == "its own" ? server.authorityFile : authority
        change(&address)
        let session = try SMTPSession(address)
        _ = try session.send(Array("x".utf8), from: sender, to: [ana])
    }

    private func tlsFailure(_ error: SMTPError?) -> String? {
        guard case .transport(.tls(let reason), during: .encryption)? = error else { return nil }
        return reason
    }

    @Test(arguments: [("smtp", "start"), ("smtps", "implicit")])
    func `a server that the authority vouches for is spoken to in secret`(
        scheme: String,
        tls: String
    ) throws {
        let server = try MailServer(["--tls", tls])
        try send(scheme, to: server)
        #expect(try server.next().isSecure)
    }

    @Test(arguments: [("smtp", "start"), ("smtps", "implicit")])
    func `a server of an authority that is not trusted is refused`(
        scheme: String,
        tls: String
    ) throws {
        let server = try MailServer(["--tls", tls])
        let error = #expect(throws: SMTPError.self) {
            try send(scheme, to: server, authority: nil)
        }
        #expect(tlsFailure(error)?.contains("certificate") == true)
        #expect(error?.isPermanent == false)
    }

    @Test(arguments: [("smtp", "start"), ("smtps", "implicit")])
    func `a server whose certificate has another name is refused`(
        scheme: String,
        tls: String
    ) throws {
        let server = try MailServer(["--tls", tls])
        let error = #expect(throws: SMTPError.self) {
            try send(scheme, to: server, host: "127.0.0.1")
        }
        #expect(tlsFailure(error)?.contains("mismatch") == true)
    }

    @Test func `a file without a certificate is refused`() throws {
        let server = try MailServer(["--tls", "start"])
        let error = #expect(throws: SMTPError.self) {
            try send(to: server, authority: "/dev/null")
        }
        #expect(tlsFailure(error)?.contains("/dev/null") == true)
    }

    @Test func `where TLS is required and not offered, nothing is sent`() throws {
        let server = try MailServer()
        #expect(throws: SMTPError.noEncryption) {
            try send(to: server) { $0.security = .required }
        }
        try send(to: server) { $0.security = .opportunistic }
        try send(to: server) { $0.security = .none }
    }

    @Test func `what was said in clear behind STARTTLS is not taken for secret`() throws {
        let server = try MailServer(
            script: ["220 hi", "250-test\r\n250 STARTTLS", "220 go\r\n250 injected"]
        )
        #expect(
            throws: SMTPError.malformedReply("bytes before TLS", during: .encryption)
        ) { try send(to: server) }
    }

    @Test func `a server that speaks no TLS where TLS begins is refused`() throws {
        let server = try MailServer(script: ["220 hi", "250 OK"])
        let error = #expect(throws: SMTPError.self) {
            try send("smtps", to: server, authority: nil)
        }
        #expect(tlsFailure(error) != nil)
    }

    @Test(arguments: [[String](), ["--without", "PLAIN"]])
    func `AUTH proves who we are`(arguments: [String]) throws {
        let server = try MailServer(["--tls", "start", "--login"] + arguments)
        try send(to: server) {
            $0.user = "mailer"
            $0.password = "päss word"
        }
        let taken = try server.next()
        #expect(taken.login == "mailer")
        #expect(taken.isSecure)
    }

    @Test(arguments: [[String](), ["--without", "PLAIN"]])
    func `a wrong password is refused, and may be mended`(arguments: [String]) throws {
        let server = try MailServer(["--tls", "start", "--login"] + arguments)
        let error = #expect(throws: SMTPError.self) {
            try send(to: server) {
                $0.user = "mailer"
                $0.password = "wrong"
            }
        }
        guard case .refused(let reply, during: .authentication)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reply.code == 535)
        #expect(error?.isPermanent == false)
    }

    @Test func `a server that wants a name and gets none may be mended`() throws {
        let server = try MailServer(["--tls", "start", "--login"])
        let error = #expect(throws: SMTPError.self) { try send(to: server) }
        guard case .refused(let reply, during: .sender)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reply.code == 530)
        #expect(error?.isPermanent == false)
    }

    @Test func `where no way of AUTH is known, it says so`() throws {
        let server = try MailServer()
        #expect(throws: SMTPError.noAuthentication) { try send(to: server) { $0.user = "mailer" } }
    }

    @Test(arguments: [
        ("smtp://mail.example.com", "mail.example.com", 587, SMTPServer.Security.required),
        ("smtps://mail.example.com/", "mail.example.com", 465, .implicit),
        ("smtp://localhost:1025", "localhost", 1025, .opportunistic),
        ("smtp://[::1]:25", "::1", 25, .opportunistic),
        ("smtp://127.evil.example", "127.evil.example", 587, .required),
        ("smtp://mailpit:1025?tls=none", "mailpit", 1025, .none),
    ])
    func `an address says where, and how secret`(
        url: String,
        host: String,
        port: Int,
        security: SMTPServer.Security
    ) throws {
        let server = try #require(SMTPServer(url: url))
        #expect((server.host, server.port) == (host, port))
        #expect(server.security == security)
        #expect(server.user == nil)
    }

    @Test func `user and password are percent-encoded`() throws {
        let url = "smtps://me%40example.com:p%C3%A4%3A%2F@mail.example.com:2465"
        let server = try #require(SMTPServer(url: url))
        #expect(server.user == "me@example.com")
        #expect(server.password == "pä:/")
        #expect((server.host, server.port) == ("mail.example.com", 2465))
    }

    @Test(arguments: [
        "", "mail.example.com", "http://a", "smtp://", "smtp://:25", "smtp://a:0", "smtp://a:x",
        "smtp://a:99999", "smtp://a/b", "smtp://a?tls=off", "smtps://a?tls=none", "smtp://u%zz@a",
        "smtp://%00:p@a", "smtp://@a", "smtp://[::1", "smtp://[::1]x", "smtp://a b",
    ])
    func `what is no address of a mail server is refused`(url: String) {
        #expect(SMTPServer(url: url) == nil)
    }
}
