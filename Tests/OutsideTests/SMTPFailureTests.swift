import Base
import Glibc
import Outside
import Testing

@Suite struct SMTPFailureTests {
    private static let good = ["220 hi", "250 test", "250 OK", "250 OK", "354 go", "250 OK"]
    private static let steps: [SMTPStep] = [
        .greeting, .hello, .sender, .recipient, .content, .content,
    ]
    private static let limitMs = 150

    private func failure(of script: [String]) throws -> SMTPError {
        let server = try MailServer(script: script)
        var address = try #require(SMTPServer(url: "smtp://127.0.0.1:\(server.port)"))
        address.answerMsMax = Self.limitMs
        return try failure(of: address)
    }

    private func failure(of address: SMTPServer) throws -> SMTPError {
        try #require(throws: SMTPError.self) {
            let session = try SMTPSession(address)
            defer { #expect(!session.isUsable) }
            let (from, to) = (Mailboxes.of("a@example.com"), Mailboxes.of("b@example.com"))
            _ = try session.send(Array("x".utf8), from: from, to: [to])
        }
    }

    @Test(arguments: 0..<6) func `a server that hangs is left in time`(step: Int) throws {
        let start = monotonicNanoseconds()
        let error = try failure(of: Self.good.prefix(step) + ["HANG"])
        #expect(error == .transport(.timedOut, during: Self.steps[step]))
        #expect(!error.isPermanent)
        #expect(monotonicNanoseconds() - start > UInt64(Self.limitMs) * 1_000_000)
    }

    @Test(arguments: 0..<6) func `a server that closes in the middle is noticed`(step: Int) throws {
        let error = try failure(of: Self.good.prefix(step) + ["CLOSE"])
        #expect(error == .transport(.closed, during: Self.steps[step]))
        #expect(!error.isPermanent)
    }

    @Test(arguments: 0..<6) func `a server that goes away politely is not usable`(step: Int) throws
    {
        let error = try failure(of: Self.good.prefix(step) + ["421 going down"])
        let hello = step == 1 ? SMTPStep.hello : Self.steps[step]
        guard case .refused(let reply, during: hello) = error else {
            // HELO was tried after a refused EHLO, and nobody answers.
            #expect(step == 1 && error == .transport(.closed, during: .hello))
            return
        }
        #expect(reply.code == 421)
        #expect(!error.isPermanent)
    }

    @Test(arguments: [
        "", "hello", "2x0 hi", "999 hi", "220_hi", "220-one\r\n250 two",
        String(repeating: "x", count: 5000), "22",
    ])
    func `a reply that is none is refused`(text: String) throws {
        guard case .malformedReply(_, during: .greeting) = try failure(of: [text]) else {
            Issue.record("\(try failure(of: [text]))")
            return
        }
    }

    @Test func `a server that talks for ever is left`() throws {
        let endless = (0..<200).map { _ in "220-more" }.joined(separator: "\r\n")
        guard case .malformedReply(_, during: .greeting) = try failure(of: [endless]) else {
            Issue.record("200 lines were read")
            return
        }
    }

    @Test func `where nobody listens, it says so`() throws {
        let port: Int
        do { port = try MailServer(script: []).port }
        let address = try #require(SMTPServer(url: "smtp://127.0.0.1:\(port)"))
        let error = try failure(of: address)
        guard case .transport(.unreachable(let reason), during: .connect) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason == "Connection refused")
    }

    @Test func `a name that nobody has is told apart`() throws {
        let address = try #require(SMTPServer(url: "smtp://mail.invalid"))
        guard case .transport(.unresolved, during: .connect) = try failure(of: address) else {
            Issue.record("mail.invalid was found")
            return
        }
    }

    @Test func `a server that takes no connection is left in time`() throws {
        // Both places of its backlog are taken, so that a third handshake gets no answer.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var waiting: [Int32] = [listener]
        defer { for descriptor in waiting { close(descriptor) } }
        withUnsafeMutablePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(listener, address, size)
                getsockname(listener, address, &size)
                listen(listener, 0)
                for _ in 1...4 {
                    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
                    waiting.append(socket(AF_INET, type, 0))
                    _ = connect(waiting[waiting.count - 1], address, size)
                }
            }
        }
        let port = UInt16(bigEndian: own.sin_port)
        var address = try #require(SMTPServer(url: "smtp://127.0.0.1:\(port)"))
        address.connectMsMax = 200
        #expect(try failure(of: address) == .transport(.timedOut, during: .connect))
    }
}
